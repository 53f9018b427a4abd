import { NearscoreError, messageOf } from '@nearscore/errors';
import { type FollowerClock } from './follower-clock';
import { leaseLapsed } from './follower-errors';
import { type FollowerLane, type FollowerNews } from './follower-lane';
import { type RetryRequest } from './key-retries';
import { LaneAudits } from './lane-audits';
import { LaneRescores } from './lane-rescores';
import { LeaseBook, type LeaseStatus } from './lease-book';
import { type LeaseTerms } from './lease-terms';
import { type UnparkedKey } from './parked-keys';
import { type FollowedStream, type FollowerGrid } from './partition-channel';
import { PartitionFollower } from './partition-follower';
import { type PartitionLease } from './partition-lease';
import { type PartitionTenure } from './partition-tenure';
import { type BatchSegment, RecordBatch, type RowFailure } from './record-batch';
import { type Fingerprint, type RecordIdentity } from './record-identity';
import { ReadingRests, type RestTerms } from './reading-rests';
import { ScanTurns } from './scan-turns';
import { StreamProgress } from './stream-progress';
import { Waiters } from './waiters';

export interface JournalFollowerOptions extends LeaseTerms, RestTerms {
  /** Most records in one batch. */
  readonly maxBatch: number;
  /** How long an unfilled batch waits for more records, in ms. 0: whatever is ready when the lane is free. */
  readonly lingerMs: number;
  /** Most partitions scanned at the same time. */
  readonly maxScans: number;
  /** How many events before its checkpoint a partition is read again when somebody else may have scored it; at least 1. */
  readonly replayEvents: number;
  /** Within so many ms every partition's records are compared with its predictions once; 0: only on suspicion. */
  readonly auditIntervalMs: number;
}

/**
 * Scores a batch: for every row of kind `ROW.score` it calls `setPrediction` or `fail`. The batch's views end when the
 * promise settles. A rejection gives the whole batch up: its records are read again, after a pause that grows.
 */
export type BatchHandler = (batch: RecordBatch) => Promise<void>;

/** A record that cannot be scored, on its way to the parked records. */
export interface RecordToPark {
  readonly stream: string;
  readonly partition: number;
  /** The key's Data, copied. */
  readonly key: Buffer;
  readonly sequence: number;
  /** Of the record's value. */
  readonly fingerprint: Fingerprint;
  readonly failure: RowFailure;
}

/** What happened to a partition's lease, for logs. */
export type LeaseNews =
  | { readonly kind: 'lease-taken'; readonly epoch: number; readonly from: string | null }
  | { readonly kind: 'lease-lost'; readonly to: string | null }
  | { readonly kind: 'lease-lapsed' }
  | { readonly kind: 'suspected'; readonly suspicions: number };

export interface FollowerPorts {
  readonly grid: FollowerGrid;
  readonly clock: FollowerClock;
  readonly identity: RecordIdentity;
  readonly handle: BatchHandler;
  /** Stores one parked record; `done` without error means that it is safe. */
  readonly park: (record: RecordToPark, done: (error?: NearscoreError) => void) => void;
  /** Later events of parked records are scored, or their records are removed. */
  readonly unparked?: (stream: string, partition: number, keys: readonly UnparkedKey[]) => void;
  readonly isLocal: (partition: number) => boolean;
  /** Durations of a batch's way outside of the handler: read = waiting for it, write = sending its predictions. */
  readonly observe?: (stage: 'read' | 'write', ms: number) => void;
  readonly checkpointUnreadable?: (partition: number, error: unknown) => void;
  readonly news?: (stream: string, partition: number, news: FollowerNews) => void;
  readonly leaseNews?: (partition: number, news: LeaseNews) => void;
}

export interface StreamStatus {
  readonly progress: StreamProgress;
  readonly unscored: number;
  readonly oldestUnscoredMs: number;
  /** In how many seconds a journal will have dropped an event that is not scored yet; undefined: not in sight. */
  readonly headroomSeconds: number | undefined;
  /** Partitions without a prediction of an epoch before this one that could be made again, of those followed; undefined: they may stay. */
  readonly rescored: { readonly before: number; readonly partitions: number; readonly of: number } | undefined;
}

/** A lane whose batch was full so lately may have more to do than it can. */
const RECENT_MS = 250;

interface StreamWork {
  stream: FollowedStream;
  readonly batch: RecordBatch;
  /** The follower of each of the batch's segments. */
  readonly owners: PartitionFollower[];
  readonly progress: StreamProgress;
}

/**
 * The lane's loop: takes the leases of its partitions, follows their journals for each stream, and turns what is ready into
 * batches across partitions. Memory is bounded: one reading per partition in flight, and while a batch is being scored no
 * further records are taken from the grid.
 */
export class JournalFollower implements FollowerLane<PartitionFollower> {
  readonly clock: FollowerClock;
  readonly identity: RecordIdentity;
  maxRows: number;
  readonly replayEvents: number;
  readonly scanTurns: ScanTurns;
  readonly rests: ReadingRests<PartitionFollower>;
  private readonly work = new Map<string, StreamWork>();
  private readonly followers = new Map<string, PartitionFollower>();
  private readonly draining = new Set<string>();
  private readonly leaseBook: LeaseBook;
  private readonly audits: LaneAudits;
  private readonly rescores: LaneRescores;
  private streams: readonly FollowedStream[] = [];
  private partitions: ReadonlySet<number> = new Set();
  private running = false;
  private readonly runEnd = new Waiters();
  private firstRowAt = 0;
  private lingering = false;
  private lastFullAt = -Infinity;

  constructor(
    private readonly ports: FollowerPorts,
    private readonly options: JournalFollowerOptions,
  ) {
    const { clock, identity, grid } = ports;
    this.clock = clock;
    this.identity = identity;
    this.maxRows = options.maxBatch;
    this.replayEvents = options.replayEvents;
    this.scanTurns = new ScanTurns(options.maxScans);
    this.rests = new ReadingRests(options, clock, { readers: () => this.followers.size, flush: () => grid.flush() });
    this.leaseBook = new LeaseBook(options, grid, clock, {
      onTaken: (lease, from) => this.leaseTaken(lease, from),
      onLost: ({ partition }, to) => this.leaseLost(partition, to),
      onSuspected: ({ partition }, suspicions) => this.suspected(partition, suspicions),
      onUnreadable: (partition, error) => ports.checkpointUnreadable?.(partition, error),
    });
    this.audits = new LaneAudits(
      {
        ...{ grid, clock, identity, followers: this.followers },
        streamOf: (name) => this.work.get(name)?.stream,
        answered: (partition, suspicions) => this.leaseBook.heldLease(partition)?.answered(suspicions),
      },
      options.auditIntervalMs,
    );
    this.rescores = new LaneRescores({
      ...{ clock, followers: this.followers },
      isBusy: () => this.isBusy(),
      flush: () => grid.flush(),
    });
  }

  /** Follows exactly these partitions of these streams from now on. What is given up is finished first. */
  follow(streams: readonly FollowedStream[], partitions: readonly number[]): void {
    this.streams = streams;
    this.partitions = new Set(streams.length === 0 ? [] : partitions);
    for (const stream of streams) this.workOf(stream).stream = stream;
    for (const follower of this.followers.values()) this.wantRescore(follower);
    for (const [key, follower] of this.followers) if (!this.isWanted(follower)) this.drain(key, follower);
    for (const partition of this.leaseBook.wanted()) this.releaseUnlessNeeded(partition);
    for (const partition of this.partitions) {
      this.leaseBook.acquire(partition);
      if (this.leaseBook.heldLease(partition)) this.beginAll(partition);
    }
    this.ports.grid.flush();
  }

  /** These partitions lie on other members now, or the connection to their owner is another one. */
  ownersChanged(partitions: Iterable<number>): void {
    const changed = new Set(partitions);
    for (const follower of this.followers.values()) if (changed.has(follower.partition)) follower.ownerChanged();
    this.ports.grid.flush();
  }

  /** Finishes the batches in flight, gives the leases back with the checkpoints, and follows nothing any more. */
  async stop(): Promise<void> {
    this.audits.stop();
    this.rescores.stop();
    this.rests.stop();
    this.follow([], []);
    await this.leaseBook.stop();
  }

  /**
   * Resolves when every row that was handed to the handler before the call is stored, parked or given up. A handler that is
   * at work is waited for in any case, also when its partitions were lost meanwhile.
   */
  async settled(): Promise<void> {
    const landings = [...this.followers.values()].map(
      (follower) => new Promise<void>((landed) => follower.whenLanded(landed)),
    );
    if (this.running) landings.push(new Promise((ended) => this.runEnd.add(ended)));
    await Promise.all(landings);
  }

  status(): Map<string, StreamStatus> {
    const now = this.clock.now();
    const status = new Map<string, StreamStatus>();
    for (const [name, { progress, stream }] of this.work) {
      status.set(name, { progress, ...this.lagOf(name, now), rescored: this.rescoredOf(stream) });
    }
    return status;
  }

  leases(): LeaseStatus {
    return this.leaseBook.status(this.clock.now());
  }

  /** Undefined while the partition is not followed. */
  tenureOf(stream: string, partition: number): PartitionTenure | undefined {
    return this.followers.get(keyOf(stream, partition));
  }

  /** Whether a batch is with its handler. */
  get isScoring(): boolean {
    return this.running;
  }

  get checkpointsWritten(): number {
    return this.leaseBook.written;
  }

  /** Compares all records with their predictions soon, one partition after the other: something else may have changed them. */
  auditSoon(): void {
    this.audits.soon();
  }

  private rescoredOf({ name, rescoreBefore }: FollowedStream): StreamStatus['rescored'] {
    if (rescoreBefore === undefined) return undefined;
    const its = [...this.followers.values()].filter(({ stream }) => stream === name);
    return { before: rescoreBefore, partitions: its.filter(({ rescore }) => !rescore.isOwed).length, of: its.length };
  }

  private lagOf(stream: string, now: number): Omit<StreamStatus, 'progress' | 'rescored'> {
    let unscored = 0;
    let oldestUnscoredMs = 0;
    let headroomSeconds: number | undefined;
    for (const follower of this.followers.values()) {
      if (follower.stream !== stream) continue;
      follower.refreshBacklog();
      unscored += follower.backlog.size();
      oldestUnscoredMs = Math.max(oldestUnscoredMs, follower.backlog.ageMs(now));
      const seconds = follower.backlog.headroomSeconds();
      if (seconds !== undefined) headroomSeconds = Math.min(headroomSeconds ?? Infinity, seconds);
    }
    return { unscored, oldestUnscoredMs, headroomSeconds };
  }

  /** Scores a parked record again if this lane holds its partition; the request is answered in any case. */
  retry(stream: string, partition: number, request: RetryRequest): void {
    const follower = this.followers.get(keyOf(stream, partition));
    if (!follower) return request.done({ kind: 'unknown' });
    follower.retry(request);
    this.ports.grid.flush();
  }

  // ---- leases

  private leaseTaken(lease: PartitionLease, from: string | null): void {
    this.ports.leaseNews?.(lease.partition, { kind: 'lease-taken', epoch: lease.epoch, from });
    if (this.partitions.has(lease.partition)) this.beginAll(lease.partition);
  }

  private leaseLost(partition: number, to: string | null): void {
    this.ports.leaseNews?.(partition, { kind: 'lease-lost', to });
    for (const [key, follower] of this.followers) {
      if (follower.partition !== partition) continue;
      this.followers.delete(key);
      this.draining.delete(key);
      follower.abandon();
    }
    this.releaseUnlessNeeded(partition);
  }

  private suspected(partition: number, suspicions: number): void {
    this.ports.leaseNews?.(partition, { kind: 'suspected', suspicions });
    this.audits.suspect(partition, suspicions);
  }

  private releaseUnlessNeeded(partition: number): void {
    if (this.partitions.has(partition)) return;
    for (const follower of this.followers.values()) if (follower.partition === partition) return;
    this.leaseBook.release(partition);
  }

  // ---- who is followed

  private beginAll(partition: number): void {
    for (const stream of this.streams) this.begin(stream, partition);
  }

  private begin(stream: FollowedStream, partition: number): void {
    const key = keyOf(stream.name, partition);
    const lease = this.leaseBook.heldLease(partition);
    if (!lease || this.followers.has(key)) return;
    const follower = new PartitionFollower(stream.name, lease, this, this.workOf(stream).progress);
    this.followers.set(key, follower);
    this.wantRescore(follower);
    follower.start(this.ports.grid.openChannel(stream, partition, follower));
  }

  private wantRescore(follower: PartitionFollower): void {
    follower.rescore.want(this.work.get(follower.stream)?.stream.rescoreBefore);
    if (follower.rescore.isWanted) this.rescores.soon();
  }

  private isWanted({ stream, partition }: PartitionFollower): boolean {
    return this.partitions.has(partition) && this.streams.some(({ name }) => name === stream);
  }

  private drain(key: string, follower: PartitionFollower): void {
    if (this.draining.has(key)) return;
    this.draining.add(key);
    follower.drain(() => this.drained(key, follower));
  }

  private drained(key: string, follower: PartitionFollower): void {
    this.followers.delete(key);
    this.draining.delete(key);
    this.releaseUnlessNeeded(follower.partition);
    // The partition may have come back while its last batch was being finished.
    const stream = this.streams.find(({ name }) => name === follower.stream);
    if (stream && this.isWanted(follower)) this.begin(stream, follower.partition);
    this.ports.grid.flush();
  }

  private workOf(stream: FollowedStream): StreamWork {
    let work = this.work.get(stream.name);
    if (!work) {
      const batch = new RecordBatch(stream.name, this.options.maxBatch);
      work = { stream, batch, owners: [], progress: new StreamProgress() };
      this.work.set(stream.name, work);
    }
    return work;
  }

  // ---- batches

  batchFor(follower: PartitionFollower, rows: number): RecordBatch | undefined {
    const batch = this.work.get(follower.stream)?.batch;
    if (!batch || this.running) return undefined;
    return batch.count === 0 || batch.count + rows <= this.maxRows ? batch : undefined;
  }

  collected(follower: PartitionFollower): void {
    if (!this.hasRows()) this.firstRowAt = this.clock.now();
    this.work.get(follower.stream)?.owners.push(follower);
  }

  /**
   * The grid has delivered what it had, or what the batches could take.
   *
   * @param refused whether answers are waiting for room
   * @returns whether rows point into what was delivered, so that it must stay until `grid.resume`
   */
  onDelivered(refused: boolean): boolean {
    if (this.running) return true;
    if (!this.hasRows()) return false;
    if (refused || this.options.lingerMs === 0 || this.hasFullBatch()) void this.run();
    else this.linger();
    return true;
  }

  private linger(): void {
    this.flush();
    if (this.lingering) return;
    this.lingering = true;
    this.clock.after(this.options.lingerMs, () => {
      this.lingering = false;
      if (!this.running && this.hasRows()) void this.run();
    });
  }

  private hasRows(): boolean {
    for (const { owners } of this.work.values()) if (owners.length > 0) return true;
    return false;
  }

  private hasFullBatch(): boolean {
    for (const { batch } of this.work.values()) if (batch.count >= this.maxRows) return true;
    return false;
  }

  /** Whether whatever is not an event has to wait. */
  private isBusy(): boolean {
    return this.scanTurns.isTaken || this.clock.now() - this.lastFullAt < RECENT_MS;
  }

  private async run(): Promise<void> {
    this.running = true;
    if (this.hasFullBatch()) this.lastFullAt = this.clock.now();
    this.ports.observe?.('read', this.clock.now() - this.firstRowAt);
    for (const work of this.work.values()) if (work.owners.length > 0) await this.runBatch(work);
    this.running = false;
    this.runEnd.release();
    this.ports.grid.resume();
  }

  private async runBatch({ batch, owners }: StreamWork): Promise<void> {
    try {
      await this.ports.handle(batch);
      this.storeAll(batch, owners);
    } catch (thrown) {
      const error =
        thrown instanceof NearscoreError
          ? thrown
          : new NearscoreError('BATCH_FAILED', messageOf(thrown), { retriable: true, cause: thrown });
      for (const follower of owners) follower.giveUp(error);
    }
    owners.length = 0;
    batch.clear();
  }

  private storeAll(batch: RecordBatch, owners: readonly PartitionFollower[]): void {
    const handledAt = this.clock.now();
    const fencedBefore = this.leaseBook.fenced;
    owners.forEach((follower, index) => this.store(follower, batch, index, handledAt));
    this.adaptBatches(this.leaseBook.fenced > fencedBefore);
    this.ports.grid.flush();
    const sentAt = this.clock.now();
    // The process may have been stopped since the leases were looked at.
    if (sentAt >= this.earliestEnd(owners)) for (const { lease } of owners) lease.sent(sentAt);
    this.ports.observe?.('write', sentAt - handledAt);
  }

  private store(follower: PartitionFollower, batch: RecordBatch, index: number, now: number): void {
    if (!follower.lease.mayWrite(now)) return this.fence(follower);
    const failures = batch.failures.length === 0 ? [] : this.failuresOf(batch, index);
    if (follower.store(failures.length)) for (const failed of failures) this.park(follower, failed);
  }

  private earliestEnd(owners: readonly PartitionFollower[]): number {
    let end = Infinity;
    for (const { lease } of owners) if (lease.end < end) end = lease.end;
    return end;
  }

  /** A batch that takes longer than its leases would be fenced for ever: the next ones are smaller until one is in time. */
  private adaptBatches(wasLate: boolean): void {
    this.maxRows = wasLate ? Math.max(1, this.maxRows >> 1) : Math.min(this.options.maxBatch, this.maxRows * 2);
  }

  private fence(follower: PartitionFollower): void {
    this.leaseBook.fenced++;
    this.ports.leaseNews?.(follower.partition, { kind: 'lease-lapsed' });
    follower.giveUp(leaseLapsed());
  }

  private failuresOf(batch: RecordBatch, index: number): RecordToPark[] {
    const segment = batch.segments[index];
    if (!segment) return [];
    const end = segment.firstRow + segment.rowCount;
    return batch.failures
      .filter(({ row }) => row >= segment.firstRow && row < end)
      .map((failure) => this.recordToPark(batch, segment, failure));
  }

  private recordToPark(batch: RecordBatch, { bytes, partition }: BatchSegment, failure: RowFailure): RecordToPark {
    const { row } = failure;
    const fingerprint: Fingerprint = { high: 0, low: 0 };
    this.identity.fingerprintOf(bytes, batch.valueStart[row] ?? 0, batch.valueEnd[row] ?? 0, fingerprint);
    const key = Buffer.from(bytes.subarray(batch.keyStart[row], batch.keyEnd[row]));
    return { stream: batch.stream, partition, key, sequence: batch.sequence[row] ?? -1, fingerprint, failure };
  }

  private park(follower: PartitionFollower, record: RecordToPark): void {
    const key = record.key.toString('latin1');
    if (follower.retries.isUnderWay) {
      // It is parked, and whoever asked for the retry notes how it ended.
      follower.retries.failed(key, record.failure);
      follower.parked.add(key, record.fingerprint);
      return follower.onAck();
    }
    const rescoreFailures = follower.rescore.isUnderWay ? follower.rescore.failures : undefined;
    this.ports.park(record, (error) => {
      if (error) follower.onFailed('store', error);
      else {
        this.work.get(record.stream)?.progress.countParked(record.failure.code);
        follower.parked.add(key, record.fingerprint);
        // Not sooner: a record that is neither scored nor parked is still to be scored again.
        rescoreFailures?.add(key, record.fingerprint);
        follower.onAck();
      }
      this.ports.grid.flush();
    });
  }

  // ---- what followers ask of their lane

  isLocal(partition: number): boolean {
    return this.ports.isLocal(partition);
  }

  flush(): void {
    this.ports.grid.flush();
  }

  unparked({ stream, partition }: PartitionFollower, keys: readonly UnparkedKey[]): void {
    this.ports.unparked?.(stream, partition, keys);
  }

  told(follower: PartitionFollower, news: FollowerNews): void {
    this.ports.news?.(follower.stream, follower.partition, news);
  }
}

function keyOf(stream: string, partition: number): string {
  return `${stream}:${partition}`;
}
