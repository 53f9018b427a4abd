import { type StreamStatus } from '@nearscore/grid';
import { type StoredPrediction, type StreamReplica } from '../grid/replica';
import { isScorable, type Write } from '../grid/writes';
import { type Staff } from '../staff';
import { type Site } from '../site';

/** What is still wrong. Promise 1 and 6: once faults end, nothing is, after a while. */
export interface Unconverged {
  readonly reason: string;
  readonly about: readonly (string | number)[];
}

/** Whether everything that was written has its prediction, is parked or gone, and the lanes say so. */
export function findUnconverged(site: Site, staff: Staff): Unconverged | undefined {
  for (let partition = 0; partition < site.knobs.partitions; partition++) {
    const found = inPartition(site, partition);
    if (found) return { ...found, reason: `${found.reason}; ${lanesOf(staff, partition)}` };
  }
  return inGauges(staff);
}

function inPartition(site: Site, partition: number): Unconverged | undefined {
  const replica = site.cluster.primaryReplica(partition);
  if (!replica) return { reason: `partition ${partition} has no primary`, about: [partition] };
  if (replica.entry?.holder == null) return { reason: `nobody holds partition ${partition}`, about: [partition] };
  for (const [index, { name }] of site.streams.entries()) {
    const stream = replica.stream(index);
    const found =
      inRecords(site, stream, partition) ?? inCheckpoint(stream, partition, replica.entry.streams[name]?.next);
    if (found) return found;
  }
  return undefined;
}

function inRecords(site: Site, { records, predictions }: StreamReplica, partition: number): Unconverged | undefined {
  const problem = (key: string, what: string): Unconverged => ({
    reason: `partition ${partition}, key ${key}: ${what}`,
    about: [partition, key],
  });
  for (const [key, write] of records) {
    const missing = missingOf(site, write, predictions.get(key));
    if (missing !== undefined) return problem(key, missing);
  }
  for (const key of predictions.keys()) if (!records.has(key)) return problem(key, 'a prediction without a record');
  return undefined;
}

function missingOf(site: Site, write: Write, prediction: StoredPrediction | undefined): string | undefined {
  if (!isScorable(write.value ?? '')) return site.parked.covers(write) ? undefined : `${write.value} is not parked`;
  if (prediction?.write !== write) {
    return `the record is ${write.value} (${write.outcome}), the prediction ${prediction?.write.value ?? 'missing'}`;
  }
  const { rescoreBefore = 0 } = site.deployments.current;
  return prediction.epoch < rescoreBefore
    ? `its prediction is of epoch ${prediction.epoch}, before ${rescoreBefore}`
    : undefined;
}

function inCheckpoint(stream: StreamReplica, partition: number, next: number | undefined): Unconverged | undefined {
  const { newest } = stream.journal;
  if (next === newest + 1 || (next === undefined && newest < 0)) return undefined;
  // Nobody notices that a map was destroyed before it is written to again, nor need they.
  if (stream.voidIncarnation > 0) return undefined;
  return {
    reason: `the checkpoint of partition ${partition} is ${next}, its journal ends at ${newest}`,
    about: [partition],
  };
}

function inGauges(staff: Staff): Unconverged | undefined {
  for (const { follower, id } of staff.running.flatMap(({ lanes }) => lanes)) {
    for (const [stream, status] of follower.status()) {
      const reason = waitingIn(status);
      if (reason !== undefined) return { reason: `${id} says of ${stream}: ${reason}`, about: [id] };
    }
  }
  return undefined;
}

function waitingIn({ unscored, oldestUnscoredMs, rescored }: StreamStatus): string | undefined {
  if (unscored > 0 || oldestUnscoredMs > 0)
    return `${unscored} unscored, the oldest for ${Math.round(oldestUnscoredMs)} ms`;
  if (!rescored || rescored.partitions === rescored.of) return undefined;
  return `predictions are made again in ${rescored.partitions} of ${rescored.of} partitions`;
}

/** What each lane does with the partition, by the names its own code uses: only for people to read. */
function lanesOf(staff: Staff, partition: number): string {
  const lanes = staff.running.flatMap(({ lanes: its }) => its);
  return lanes.map(({ id, follower }) => `${id}: ${phasesOf(follower, partition)}`).join(', ');
}

function phasesOf(follower: object, partition: number): string {
  const followers: unknown = Reflect.get(follower, 'followers');
  if (!(followers instanceof Map)) return 'unknown';
  const phases = [...followers.values()].flatMap((one: object) =>
    Reflect.get(one, 'partition') === partition ? String(Reflect.get(one, 'phase')) : [],
  );
  return phases.join('+') || '-';
}
