import { NearscoreError, messageOf } from '@nearscore/errors';
import { CheckpointBook } from './checkpoint-book';
import { type FollowerClock } from './follower-clock';
import { type FollowedStream, type FollowerGrid } from './partition-channel';
import { type FollowerLane, type FollowerNews, PartitionFollower } from './partition-follower';
import { RecordBatch, type RowFailure } from './record-batch';
import { ScanTurns } from './scan-turns';
import { StreamProgress } from './stream-progress';

export interface JournalFollowerOptions {
  /** Most records in one batch. */
  readonly maxBatch: number;
  /** How long an unfilled batch waits for more records, in ms. 0: whatever is ready when the lane is free. */
  readonly lingerMs: number;
  /** Longest time between a stored prediction and the checkpoint that covers it, in ms. */
  readonly checkpointIntervalMs: number;
  /** Most partitions scanned at the same time. */
  readonly maxScans: number;
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
  readonly failure: RowFailure;
}

export interface FollowerPorts {
  readonly grid: FollowerGrid;
  readonly clock: FollowerClock;
  readonly handle: BatchHandler;
  /** Stores one parked record; `done` without error means that it is safe. */
  readonly park: (record: RecordToPark, done: (error?: NearscoreError) => void) => void;
  readonly isLocal: (partition: number) => boolean;
  /** Durations of a batch's way outside of the handler: read = waiting for it, write = sending its predictions. */
  readonly observe?: (stage: 'read' | 'write', ms: number) => void;
  readonly checkpointUnreadable?: (partition: number, error: unknown) => void;
  readonly news?: (stream: string, partition: number, news: FollowerNews) => void;
}

export interface StreamStatus {
  readonly progress: StreamProgress;
  readonly unscored: number;
  readonly oldestUnscoredMs: number;
}

interface StreamWork {
  readonly stream: FollowedStream;
  readonly batch: RecordBatch;
  /** The follower of each of the batch's segments. */
  readonly owners: PartitionFollower[];
  readonly progress: StreamProgress;
}

/**
 * The lane's loop: follows the journals of its partitions, for each stream, and turns what is ready into batches across
 * partitions. Memory is bounded: one reading per partition in flight, and while a batch is being scored no further records
 * are taken from the grid.
 */
export class JournalFollower implements FollowerLane {
  readonly clock: FollowerClock;
  readonly maxRows: number;
  private readonly work = new Map<string, StreamWork>();
  private readonly followers = new Map<string, PartitionFollower>();
  private readonly draining = new Set<string>();
  private readonly checkpoints: CheckpointBook;
  readonly scanTurns: ScanTurns;
  private wanted: { streams: readonly FollowedStream[]; partitions: readonly number[] } = {
    streams: [],
    partitions: [],
  };
  private running = false;
  private firstRowAt = 0;
  private lingering = false;
  private idle: (() => void) | undefined;

  constructor(
    private readonly ports: FollowerPorts,
    private readonly options: JournalFollowerOptions,
  ) {
    this.clock = ports.clock;
    this.maxRows = options.maxBatch;
    this.scanTurns = new ScanTurns(options.maxScans);
    this.checkpoints = new CheckpointBook(ports.grid, ports.clock, options.checkpointIntervalMs, (partition, error) =>
      ports.checkpointUnreadable?.(partition, error),
    );
  }

  /** Follows exactly these partitions of these streams from now on. What is given up is finished first. */
  follow(streams: readonly FollowedStream[], partitions: readonly number[]): void {
    this.wanted = { streams, partitions };
    for (const stream of streams) this.workOf(stream);
    const keep = new Set(streams.flatMap(({ name }) => partitions.map((partition) => keyOf(name, partition))));
    for (const [key, follower] of this.followers) if (!keep.has(key)) this.drain(key, follower);
    for (const stream of streams) for (const partition of partitions) this.begin(stream, partition);
    this.ports.grid.flush();
  }

  /** Finishes the batches in flight, writes the checkpoints, and follows nothing any more. */
  async stop(): Promise<void> {
    this.follow([], []);
    if (this.followers.size > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    await this.checkpoints.stop();
  }

  status(): Map<string, StreamStatus> {
    const now = this.clock.now();
    const status = new Map<string, StreamStatus>();
    for (const [name, { progress }] of this.work) status.set(name, { progress, ...this.lagOf(name, now) });
    return status;
  }

  private lagOf(stream: string, now: number): { unscored: number; oldestUnscoredMs: number } {
    let unscored = 0;
    let oldestUnscoredMs = 0;
    for (const follower of this.followers.values()) {
      if (follower.stream !== stream) continue;
      follower.refreshBacklog();
      unscored += follower.unscored();
      oldestUnscoredMs = Math.max(oldestUnscoredMs, follower.oldestUnscoredMs(now));
    }
    return { unscored, oldestUnscoredMs };
  }

  get checkpointsWritten(): number {
    return this.checkpoints.written;
  }

  // ---- who is followed

  private begin(stream: FollowedStream, partition: number): void {
    const key = keyOf(stream.name, partition);
    if (this.followers.has(key)) return;
    const follower = new PartitionFollower(stream.name, partition, this, this.workOf(stream).progress);
    this.followers.set(key, follower);
    const channel = this.ports.grid.openChannel(stream, partition, follower);
    this.checkpoints.load(partition, (positions) => {
      if (this.followers.get(key) === follower && !this.draining.has(key)) {
        follower.start(channel, positions.get(stream.name));
        this.ports.grid.flush();
      }
    });
  }

  private drain(key: string, follower: PartitionFollower): void {
    if (this.draining.has(key)) return;
    this.draining.add(key);
    follower.drain(() => this.drained(key, follower));
  }

  private drained(key: string, follower: PartitionFollower): void {
    this.followers.delete(key);
    this.draining.delete(key);
    if (![...this.followers.values()].some(({ partition }) => partition === follower.partition)) {
      this.checkpoints.close(follower.partition);
    }
    if (this.followers.size === 0) this.idle?.();
    // The partition may have come back while its last batch was being finished.
    const stream = this.wanted.streams.find(({ name }) => name === follower.stream);
    if (stream && this.wanted.partitions.includes(follower.partition)) this.begin(stream, follower.partition);
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
    return batch.count === 0 || batch.count + rows <= this.options.maxBatch ? batch : undefined;
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
    for (const { batch } of this.work.values()) if (batch.count >= this.options.maxBatch) return true;
    return false;
  }

  private async run(): Promise<void> {
    this.running = true;
    this.ports.observe?.('read', this.clock.now() - this.firstRowAt);
    for (const work of this.work.values()) if (work.owners.length > 0) await this.runBatch(work);
    this.running = false;
    this.ports.grid.resume();
  }

  private async runBatch({ batch, owners }: StreamWork): Promise<void> {
    try {
      await this.ports.handle(batch);
      const handledAt = this.clock.now();
      owners.forEach((follower, index) => this.store(follower, batch, index));
      this.ports.grid.flush();
      this.ports.observe?.('write', this.clock.now() - handledAt);
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

  private store(follower: PartitionFollower, batch: RecordBatch, index: number): void {
    const failures = batch.failures.length === 0 ? [] : this.failuresOf(batch, index);
    if (follower.store(failures.length)) for (const record of failures) this.park(follower, record);
  }

  private failuresOf(batch: RecordBatch, index: number): RecordToPark[] {
    const segment = batch.segments[index];
    if (!segment) return [];
    const end = segment.firstRow + segment.rowCount;
    return batch.failures
      .filter(({ row }) => row >= segment.firstRow && row < end)
      .map((failure) => ({
        stream: batch.stream,
        partition: segment.partition,
        key: Buffer.from(segment.bytes.subarray(batch.keyStart[failure.row], batch.keyEnd[failure.row])),
        sequence: batch.sequence[failure.row] ?? -1,
        failure,
      }));
  }

  private park(follower: PartitionFollower, record: RecordToPark): void {
    this.ports.park(record, (error) => {
      if (error) follower.onFailed('store', error);
      else {
        this.work.get(record.stream)?.progress.countParked(record.failure.code);
        follower.onAck();
      }
      this.ports.grid.flush();
    });
  }

  // ---- what followers ask of their lane

  isLocal(partition: number): boolean {
    return this.ports.isLocal(partition);
  }

  checkpointMoved(follower: PartitionFollower): void {
    if (follower.position !== undefined) this.checkpoints.move(follower.partition, follower.stream, follower.position);
  }

  flush(): void {
    this.ports.grid.flush();
  }

  told(follower: PartitionFollower, news: FollowerNews): void {
    this.ports.news?.(follower.stream, follower.partition, news);
  }
}

function keyOf(stream: string, partition: number): string {
  return `${stream}:${partition}`;
}
