import { NearscoreError } from '@nearscore/errors';
import { Backlog } from './backlog';
import { Backoff } from './backoff';
import { EVENT_TYPE } from './event-type';
import { type FollowerClock } from './follower-clock';
import { checkPosition, checkReading, type RescanCheck } from './journal-position';
import {
  type ChannelOperation,
  type PartitionChannel,
  type PartitionListener,
  type ScanPage,
  type ScanPosition,
} from './partition-channel';
import { PartitionRescan } from './partition-rescan';
import { PendingStore } from './pending-store';
import { type BatchSegment, type RecordBatch, ROW, supersedeEarlierEvents } from './record-batch';
import { type ScanTurns } from './scan-turns';
import { type StreamProgress } from './stream-progress';

/** About how many bytes one reading may bring: bounds a lane's memory whatever the size of records. */
const READING_BYTES = 1024 * 1024;
const FIRST_ROW_LIMIT = 64;

/** What a follower needs of the lane it works in. */
export interface FollowerLane {
  readonly clock: FollowerClock;
  /** Most events of one reading, and rows of one page. */
  readonly maxRows: number;
  /** The stream's batch, when it can take so many rows now. */
  batchFor(follower: PartitionFollower, rows: number): RecordBatch | undefined;
  /** The follower has opened the batch's last segment and filled it. */
  collected(follower: PartitionFollower): void;
  /** Whether the partition's owner is the lane's own member. */
  isLocal(partition: number): boolean;
  checkpointMoved(follower: PartitionFollower): void;
  /** Scans are few at a time: each holds its partition's keys in memory. */
  readonly scanTurns: Pick<ScanTurns, 'take' | 'end'>;
  /** Sends what channels were asked outside of a delivery: nobody else does it then. */
  flush(): void;
  told(follower: PartitionFollower, what: FollowerNews): void;
}

export type FollowerNews =
  { kind: 'rescan'; reason: string; lost: number } | { kind: 'rescanned' } | { kind: 'rewind'; error: NearscoreError };

/** The phase in which the answer to an operation is awaited. */
const WAITING_FOR = { subscribe: 'subscribing', read: 'polling', scan: 'scanning', 'look-up': 'looking-up' } as const;

type Phase =
  | 'new'
  | 'looking-up'
  | 'subscribing'
  | 'polling'
  | 'collected'
  | 'storing'
  | 'backing-off'
  | 'awaiting-scan'
  | 'scanning'
  | 'closed';

/**
 * Follows one partition of one stream: subscribe, compare, read, hand over, store, advance; one thing at a time. The next
 * reading is asked for when the last one's predictions are acknowledged: so nothing is in flight twice, a failed store
 * is mended by reading the same events again, and a prediction never goes back. `position` moves past an event
 * only when its prediction is stored, its removal done, or its record parked.
 */
export class PartitionFollower implements PartitionListener {
  private channel!: PartitionChannel;
  private phase: Phase = 'new';
  private next = 0;
  private positionKnown = false;
  private batch: RecordBatch | undefined;
  private segment: BatchSegment | undefined;
  private segmentEnd = 0;
  private segmentHasRemovals = false;
  private rowLimit: number;
  private readonly pending = new PendingStore();
  private readonly backlog: Backlog;
  private readonly backoff: Backoff;
  private rescan: PartitionRescan | undefined;
  private rescanWanted: RescanCheck | undefined;
  private pageNext: ScanPosition;
  private drained: (() => void) | undefined;

  constructor(
    readonly stream: string,
    readonly partition: number,
    private readonly lane: FollowerLane,
    private readonly progress: StreamProgress,
  ) {
    this.rowLimit = Math.min(FIRST_ROW_LIMIT, lane.maxRows);
    this.backlog = new Backlog(lane.clock);
    this.backoff = new Backoff(lane.clock);
  }

  /** The checkpoint: every event before this sequence has its prediction stored. Undefined: nothing is known yet. */
  get position(): number | undefined {
    return this.positionKnown ? this.next : undefined;
  }

  /** @param position where to resume, from the stored checkpoint */
  start(channel: PartitionChannel, position: number | undefined): void {
    this.channel = channel;
    if (position !== undefined) this.moveTo(position);
    this.subscribe();
  }

  /** Events known to wait for their predictions. */
  unscored(): number {
    return Math.max(this.backlog.size(this.next), this.rescanWanted ? 1 : 0);
  }

  /** Asks how far the journal has grown when the last reading was full: `unscored` would be too low otherwise. */
  refreshBacklog(): void {
    if (this.backlog.mayHaveMore && (this.phase === 'polling' || this.phase === 'storing')) this.channel.subscribe();
  }

  /** How long the oldest waiting event has waited, as far as this lane can know. */
  oldestUnscoredMs(nowMs: number): number {
    return this.backlog.ageMs(nowMs);
  }

  /** Stops after what is in flight is stored; then calls `drained`. The position is final from then on. */
  drain(drained: () => void): void {
    this.drained = drained;
    if (this.phase !== 'collected' && this.phase !== 'storing') this.close();
  }

  // ---- subscribing

  private subscribe(): void {
    this.phase = 'subscribing';
    this.channel.subscribe();
  }

  onSubscribed(oldest: number, newest: number): void {
    this.backlog.newest = newest;
    if (this.phase === 'polling' && newest < this.next) this.backlog.caughtUp();
    if (this.phase !== 'subscribing') return;
    const check = this.rescanWanted ?? checkPosition(this.position, oldest, newest);
    if (check.kind === 'rescan') return this.beginRescan(check, newest);
    const firstSight = !this.positionKnown;
    this.moveTo(check.from);
    // Without it, events that are dropped before the first one is scored could not be told from a history never followed.
    if (firstSight) this.lane.checkpointMoved(this);
    if (newest >= check.from) this.backlog.waiting();
    else this.backlog.caughtUp();
    this.poll();
  }

  // ---- reading

  private poll(): void {
    if (this.drained) return this.close();
    this.phase = 'polling';
    this.channel.read(this.next, this.rowLimit);
  }

  begin(count: number, nextSequence: number, bytes: Buffer): boolean {
    if (this.phase !== 'polling' || count === 0) return true;
    const gap = checkReading(this.next, count, nextSequence);
    if (gap) {
      this.wantRescan(gap);
      return true;
    }
    const batch = this.lane.batchFor(this, count);
    if (!batch) return false;
    this.open(batch, count, bytes);
    this.segmentEnd = nextSequence;
    this.segmentHasRemovals = false;
    this.backlog.read(nextSequence - 1, count >= this.rowLimit);
    this.progress.countRead(count, this.lane.isLocal(this.partition));
    return true;
  }

  private open(batch: RecordBatch, rows: number, bytes: Buffer): BatchSegment {
    this.batch = batch;
    this.segment = batch.openSegment(this.partition, bytes, rows);
    return this.segment;
  }

  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const { batch, segment } = this;
    if (!batch || !segment) return;
    const removal =
      valueStart < 0 || type === EVENT_TYPE.removed || type === EVENT_TYPE.evicted || type === EVENT_TYPE.expired;
    if (removal) this.segmentHasRemovals = true;
    const sequence = this.next + batch.count - segment.firstRow;
    batch.addRow(removal ? ROW.remove : ROW.score, sequence, keyStart, keyEnd, valueStart, valueEnd);
  }

  end(): void {
    const { batch, segment } = this;
    if (!batch || !segment) {
      // A poll that woke for nothing: ask again, but not in a tight loop.
      if (this.phase === 'polling') this.backOff(() => this.poll());
      return;
    }
    segment.rowCount = batch.count - segment.firstRow;
    if (this.segmentHasRemovals) supersedeEarlierEvents(batch, segment);
    this.handOver(batch, segment);
  }

  private handOver(batch: RecordBatch, segment: BatchSegment): void {
    const last = segment.firstRow + segment.rowCount - 1;
    const bytesPerRow = ((batch.valueEnd[last] ?? 0) - (batch.keyStart[segment.firstRow] ?? 0)) / segment.rowCount;
    this.rowLimit = Math.min(this.lane.maxRows, Math.max(1, Math.floor(READING_BYTES / Math.max(1, bytesPerRow))));
    this.phase = 'collected';
    this.lane.collected(this);
  }

  // ---- storing

  /**
   * Sends what the handler made of the collected rows.
   *
   * @param parkedWrites further acknowledgements (`onAck`) that the lane will give for records it parks
   * @returns false when it was given up: nothing may be parked then
   */
  store(parkedWrites: number): boolean {
    const { batch, segment } = this;
    if (!batch || !segment) return false;
    if (this.pending.count(batch, segment) > parkedWrites) {
      this.giveUp(new NearscoreError('BATCH_INCOMPLETE', 'The handler left rows unanswered', { retriable: true }));
      return false;
    }
    this.phase = 'storing';
    const acks = this.channel.store(batch, segment) + parkedWrites;
    this.batch = this.segment = undefined;
    if (!this.pending.expect(acks)) this.stored();
    return true;
  }

  /** The handler failed as a whole: nothing of the collected rows is stored. */
  giveUp(error: NearscoreError): void {
    if (this.phase !== 'collected') return;
    this.batch = this.segment = undefined;
    this.rewind(error);
  }

  onAck(): void {
    this.settle();
  }

  onFound(): boolean {
    return true;
  }

  onFailed(operation: ChannelOperation, error: NearscoreError): void {
    if (operation === 'store') return this.settle(error);
    // A question about the backlog may fail at any time; going back then would store what is on its way a second time.
    if (this.phase !== WAITING_FOR[operation]) return;
    this.dropOpenSegment();
    this.rewind(error);
  }

  /** The answer broke off in the middle: its rows have no owner and must not be scored. */
  private dropOpenSegment(): void {
    if (this.segment) this.batch?.dropSegment(this.segment);
    this.batch = this.segment = undefined;
  }

  private settle(error?: NearscoreError): void {
    const outcome = this.phase === 'storing' ? this.pending.settle(error) : undefined;
    if (outcome?.error) this.rewind(outcome.error);
    else if (outcome) this.stored();
  }

  private stored(): void {
    this.backoff.succeeded();
    this.progress.stored += this.pending.predictions;
    this.progress.removed += this.pending.removals;
    if (this.rescan) {
      this.progress.rescanned += this.pending.predictions;
      return this.pageStored();
    }
    this.moveTo(this.segmentEnd);
    this.backlog.stored();
    this.lane.checkpointMoved(this);
    this.poll();
  }

  private rewind(error: NearscoreError): void {
    this.progress.rewinds++;
    if (error.code === 'WIRE_MESSAGE_TOO_LARGE') this.rowLimit = Math.max(1, Math.floor(this.rowLimit / 2));
    // By the time we look, the new journal may be longer than our position: the sequences alone would not show it.
    if (error.code === 'MAP_DESTROYED') this.rescanWanted ??= { kind: 'rescan', reason: 'reset', lost: 0 };
    this.dropRescan();
    this.lane.told(this, { kind: 'rewind', error });
    if (this.drained) return this.close();
    this.backOff(() => this.subscribe());
  }

  private backOff(then: () => void): void {
    this.phase = 'backing-off';
    this.backoff.pause(() => {
      then();
      this.lane.flush();
    });
  }

  // ---- scoring the partition again from its map

  private wantRescan(check: RescanCheck): void {
    this.rescanWanted = check;
    this.subscribe();
  }

  private beginRescan(check: RescanCheck, newest: number): void {
    // Kept until the scan is through: a scan that fails begins anew, its position means nothing to another owner.
    this.rescanWanted = { ...check, lost: 0 };
    this.backlog.waiting();
    this.progress.countRescan(check.reason, check.lost);
    this.lane.told(this, { kind: 'rescan', reason: check.reason, lost: check.lost });
    this.rescan = new PartitionRescan(this.channel, newest);
    this.phase = 'awaiting-scan';
    this.lane.scanTurns.take(this);
  }

  /** The lane gives this follower its turn. */
  scanTurn(): void {
    if (this.phase !== 'awaiting-scan') return;
    this.continueRescan();
    // The turn may come from a follower whose connection has just ended: no delivery sends it then.
    this.lane.flush();
  }

  private continueRescan(): void {
    if (this.drained) return this.close();
    this.phase = 'scanning';
    this.rescan?.requestPage(this.rowLimit);
  }

  onPage(page: ScanPage): boolean {
    const { rescan } = this;
    if (this.phase !== 'scanning' || !rescan) return true;
    return rescan.readsRecords ? this.collectPage(rescan, page) : this.removeOrphans(rescan, page);
  }

  private collectPage(rescan: PartitionRescan, page: ScanPage): boolean {
    const rows = page.offsets.length / 4;
    const batch = rows === 0 ? undefined : this.lane.batchFor(this, rows);
    if (rows > 0 && !batch) return false;
    this.pageNext = page.next;
    if (!batch) {
      this.pageStored();
      return true;
    }
    const segment = this.open(batch, rows, page.bytes);
    segment.rowCount = rescan.collect(page, batch);
    this.handOver(batch, segment);
    return true;
  }

  private removeOrphans(rescan: PartitionRescan, page: ScanPage): boolean {
    this.pageNext = page.next;
    this.phase = 'storing';
    this.pending.predictions = 0;
    this.pending.removals = rescan.removeOrphans(page);
    if (!this.pending.expect(this.pending.removals)) this.pageStored();
    return true;
  }

  private pageStored(): void {
    const { rescan } = this;
    if (!rescan) return;
    if (rescan.advance(this.pageNext)) return this.continueRescan();
    this.endRescan(rescan);
    // What was written during the scan lies behind its sequence; compare again, it may have overflowed meanwhile.
    if (this.drained) this.close();
    else this.subscribe();
  }

  private endRescan(rescan: PartitionRescan): void {
    this.dropRescan();
    this.rescanWanted = undefined;
    this.moveTo(rescan.sequence + 1);
    this.backlog.caughtUp();
    this.lane.checkpointMoved(this);
    this.lane.told(this, { kind: 'rescanned' });
  }

  private dropRescan(): void {
    if (!this.rescan) return;
    this.rescan = undefined;
    this.lane.scanTurns.end(this);
  }

  // ---- small things

  private moveTo(sequence: number): void {
    this.next = sequence;
    this.positionKnown = true;
  }

  private close(): void {
    if (this.phase === 'closed') return;
    const started = this.phase !== 'new';
    this.phase = 'closed';
    this.backoff.cancel();
    this.dropRescan();
    if (started) this.channel.close();
    this.drained?.();
  }
}
