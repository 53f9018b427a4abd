import { type World } from '../engine/world';
import { type Call } from '../grid/call';
import { decodePrediction, echoOf, fingerprintOf } from '../grid/formats';
import { type Replica, type StoredPrediction, type StreamReplica } from '../grid/replica';
import { isScorable, type Write } from '../grid/writes';

/** Promise 2: a prediction is that of its own record, and never goes back. */
export class PredictionCheck {
  stored = 0;
  removed = 0;
  /** Made again, of the same record, by what was deployed later. */
  rescored = 0;

  constructor(private readonly world: World) {}

  /** @param byHolder false: sent too late, which cannot be prevented and must be repaired */
  onStoring(
    replica: Replica,
    stream: number,
    key: string,
    prediction: StoredPrediction | undefined,
    text: string,
    call: Call,
    byHolder: boolean,
  ): void {
    this.stored++;
    const { partition } = replica;
    this.world.note(byHolder ? 'stored' : 'stored-late', partition, key, text, call.sender);
    const fault = this.faultOf(key, prediction, text);
    if (fault !== undefined) return this.world.violated('own record', `${key}: ${fault}: ${text}`, [partition, key]);
    if (prediction) prediction.late = !byHolder;
    const before = replica.stream(stream).predictions.get(key);
    if (prediction && before?.write === prediction.write && before.epoch < prediction.epoch) this.rescored++;
    if (prediction && byHolder) this.checkOrder(replica.stream(stream), partition, key, prediction);
  }

  private faultOf(key: string, prediction: StoredPrediction | undefined, text: string): string | undefined {
    const content = decodePrediction(text);
    if (!content || !prediction) return 'a prediction of no record';
    if (content.echo !== echoOf(key)) return "another key's prediction";
    const { write } = prediction;
    if (write.key !== key) return "another key's value";
    if (write.applied < 0) return 'of a write that was never done';
    if (write.value === null || !isScorable(write.value)) return 'of a record that cannot be scored';
    const bytes = Buffer.from(write.value, 'latin1');
    const fingerprint = { high: 0, low: 0 };
    fingerprintOf(bytes, 0, bytes.length, fingerprint);
    return fingerprint.high === content.high && fingerprint.low === content.low ? undefined : 'a wrong fingerprint';
  }

  private checkOrder(stream: StreamReplica, partition: number, key: string, next: StoredPrediction): void {
    const before = stream.predictions.get(key);
    if (before?.late) return;
    this.checkReplaced(stream, partition, key, next, before);
    if (!before || before.unfounded || isVoid(before.write) || isVoid(next.write)) return;
    if (next.sequence < before.sequence && before.sequence <= stream.journal.newest) {
      this.violated(partition, key, `its source sequence went back from ${before.sequence} to ${next.sequence}`);
    }
  }

  private checkReplaced(
    stream: StreamReplica,
    partition: number,
    key: string,
    next: StoredPrediction,
    before: StoredPrediction | undefined,
  ): void {
    const last = before?.write ?? stream.settled.get(key);
    if (!last || isVoid(last) || isVoid(next.write) || next.write.applied >= last.applied) return;
    const after = last.value ?? 'its removal';
    this.violated(partition, key, `the prediction of ${next.write.value} is stored after that of ${after}`);
  }

  onRemoving(
    replica: Replica,
    stream: number,
    key: string,
    removal: Write | undefined,
    call: Call,
    byHolder: boolean,
  ): void {
    this.removed++;
    const { partition } = replica;
    this.world.note(byHolder ? 'removed' : 'removed-late', partition, key, removal?.id ?? 'orphan', call.sender);
    const kept = replica.stream(stream).predictions.get(key);
    if (!kept || kept.late || isVoid(kept.write) || !byHolder) return;
    if (!wasRemovedSince(replica.stream(stream), kept.write)) {
      this.violated(partition, key, `the prediction of ${kept.write.value} is removed, its record is not`);
    }
  }

  private violated(partition: number, key: string, message: string): void {
    this.world.violated('no step back', `${key} in partition ${partition}: ${message}`, [partition, key]);
  }
}

function wasRemovedSince({ records, journal, unheard }: StreamReplica, write: Write): boolean {
  const isRemoval = (other: Write): boolean =>
    other.key === write.key && other.value === null && other.applied > write.applied;
  return !records.has(write.key) || unheard.some(isRemoval) || journal.events.some((event) => isRemoval(event.write));
}

/** Of a write that is gone, or that was merged and has no place among the events. */
function isVoid({ lost, sequence }: Write): boolean {
  return lost || sequence < 0;
}
