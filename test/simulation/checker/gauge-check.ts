import { type StreamStatus } from '@nearscore/grid';
import { type SimThread } from '../engine/sim-thread';
import { type World } from '../engine/world';
import { type LoggedEvent, type Replica, type StreamReplica } from '../grid/replica';
import { type ParkedRecords } from '../node/parked-records';
import { isCovered } from './coverage';

/** So late may a gauge be: a broken connection is to be noticed, a lease to be sure, the journal to be asked what it holds. */
const GRACE_MS = 3_000;

interface Holding {
  readonly holder: string;
  readonly since: number;
}

/** Promise 6: what waits for its prediction shows in the gauges of the lane that holds its partition. */
export class GaugeCheck {
  /** How often a gauge had to show something. */
  checked = 0;
  private readonly holdings = new Map<number, Holding>();

  constructor(
    private readonly world: World,
    private readonly streams: readonly string[],
    private readonly parked: ParkedRecords,
  ) {}

  /** A lane was told that it holds a partition's lease. */
  onTaken(holder: string, partition: number): void {
    this.holdings.set(partition, { holder, since: this.world.now });
  }

  /** What a lane says of its streams, and the primaries of the partitions that it is to score. */
  onStatus(thread: SimThread, status: ReadonlyMap<string, StreamStatus>, primaries: readonly Replica[]): void {
    this.streams.forEach((name, index) => {
      for (const replica of primaries)
        if (replica.entry?.holder === thread.name) this.check(thread, replica, index, status.get(name));
    });
  }

  private check(thread: SimThread, replica: Replica, index: number, status: StreamStatus | undefined): void {
    const { partition, entry } = replica;
    const stream = replica.stream(index);
    // Nobody notices yet that the map was destroyed and filled again.
    const incarnation = entry?.streams[this.streams[index] ?? '']?.incarnation ?? 1;
    const waiting = incarnation > stream.voidIncarnation ? this.oldestWaiting(stream) : undefined;
    const holding = this.holdings.get(partition);
    if (!waiting || holding?.holder !== thread.name) return;
    // A new holder counts anew, and who was stopped, or deaf, has not heard of it.
    const seenSince = Math.max(waiting.write.appliedAt, holding.since, thread.unawareUntil);
    const leastMs = this.world.now - seenSince - GRACE_MS;
    if (leastMs <= 0) return;
    this.checked++;
    if (status && status.unscored > 0 && status.oldestUnscoredMs >= leastMs) return;
    const says = status ? `${status.unscored} unscored for ${Math.round(status.oldestUnscoredMs)} ms` : 'nothing';
    const { key, value } = waiting.write;
    const what = `event ${waiting.sequence} (${key} = ${value}) has waited for ${Math.round(leastMs + GRACE_MS)} ms`;
    this.world.violated('gauges tell', `${thread.name} says ${says}, but ${what}`, [partition, key]);
  }

  private oldestWaiting(stream: StreamReplica): LoggedEvent | undefined {
    const { journal, checkedTo } = stream;
    const first = Math.max(checkedTo, journal.oldest);
    return journal.events.slice(first).find(({ write }) => !isCovered(stream, write, this.parked, 0));
  }
}
