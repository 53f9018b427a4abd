import { type FollowerClock } from '../journal/follower-clock';
import { LeaseBook, type LeaseStatus } from '../journal/lease-book';
import { type LeaseTerms } from '../journal/lease-terms';
import { type FollowerGrid } from '../journal/partition-channel';
import { type PartitionLease } from '../journal/partition-lease';
import { type MapReader } from '../reading/map-reader';
import { BatchQueue } from './batch-queue';
import { ConsumedJournal, type ConsumerStart, type TakenLease } from './consumed-journal';
import { type ConsumerHandler, type ConsumerNews } from './consumer-batch';
import { shareOf } from './partition-share';

export interface JournalConsumerOptions extends LeaseTerms {
  readonly maps: readonly string[];
  readonly partitionCount: number;
  readonly heartbeatMs: number;
  readonly maxBatch: number;
  readonly lingerMs: number;
  readonly replayEvents: number;
  readonly startFrom: ConsumerStart;
}

/** Shows that this consumer lives, and tells which ones of its group do. */
export interface ConsumerGroup {
  beat(nowMs: number): Promise<ReadonlySet<string>>;
  withdraw(): Promise<void>;
}

export interface JournalConsumerPorts {
  /** Keeps the group's leases and checkpoints. */
  readonly grid: FollowerGrid;
  readonly reader: MapReader;
  readonly group: ConsumerGroup;
  readonly clock: FollowerClock;
  readonly handler: ConsumerHandler;
  /** The grid's own id: another one when all of it was started anew. */
  readonly clusterId: () => string | undefined;
  readonly news: (news: ConsumerNews) => void;
}

/** So many batches are read ahead over all partitions: what bounds the memory of a consumer that is behind. */
const BATCHES_AHEAD = 8;
const LEAST_EVENTS_PER_READING = 16;

/**
 * One consumer of a group: reads the journals of some maps in its share of the partitions and hands their events over in batches,
 * at least once and in order per key. It reads a partition only while it holds its lease of the group, and a position moves when the
 * events before it were handled. Maps that consumers of one group consume must be the same.
 */
export class JournalConsumer {
  private readonly leases: LeaseBook;
  private readonly queues: ReadonlyMap<string, BatchQueue>;
  private readonly journals = new Map<number, readonly ConsumedJournal[]>();
  private readonly draining = new Map<number, Promise<void>>();
  /** Had a position in this life: if that is gone, the grid was emptied. */
  private readonly known = new Set<number>();
  private readonly clusterId: string | undefined;
  private share: ReadonlySet<number> = new Set();
  private consumers = 0;
  private isClosing = false;
  private beating: Promise<void> = Promise.resolve();
  private cancelBeat = (): void => undefined;

  constructor(
    private readonly options: JournalConsumerOptions,
    private readonly ports: JournalConsumerPorts,
  ) {
    const { grid, clock, news } = ports;
    this.clusterId = ports.clusterId();
    this.queues = new Map(options.maps.map((map) => [map, new BatchQueue({ ...options, map }, ports)]));
    this.leases = new LeaseBook(options, grid, clock, {
      onTaken: (lease, from) => this.leaseTaken(lease, from),
      onLost: ({ partition }, to) => this.leaseLost(partition, to),
      // Consumers write nothing into partitions that a late one could have spoilt.
      onSuspected: () => undefined,
      onUnreadable: (partition, error) => news({ kind: 'checkpoint-unreadable', partition, error }),
    });
  }

  start(): void {
    this.beating = this.beat();
  }

  /** These partitions lie on other members now, or the connection to their owner is another one. */
  ownersChanged(partitions: Iterable<number>): void {
    for (const partition of partitions) for (const one of this.journals.get(partition) ?? []) one.ownerChanged();
    this.ports.grid.flush();
  }

  status(): LeaseStatus {
    return this.leases.status(this.ports.clock.now());
  }

  /** Finishes the batches that are being handled, stores the positions and gives the leases back. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.cancelBeat();
    await this.beating;
    const withdrawn = this.ports.group.withdraw().catch((error: unknown) => this.trouble(error));
    this.follow([]);
    await Promise.all(this.draining.values());
    await this.leases.stop();
    await withdrawn;
  }

  // ---- the group

  private async beat(): Promise<void> {
    const { clock, group } = this.ports;
    const { holder, heartbeatMs, partitionCount } = this.options;
    try {
      const consumers = await group.beat(clock.now());
      if (!this.isClosing) this.shareWith(consumers, shareOf(holder, consumers, partitionCount));
    } catch (error) {
      this.trouble(error);
    }
    if (this.isClosing) return;
    this.cancelBeat = clock.after(heartbeatMs, () => (this.beating = this.beat()));
  }

  private shareWith(consumers: ReadonlySet<string>, partitions: readonly number[]): void {
    if (consumers.size !== this.consumers || partitions.length !== this.share.size) {
      this.ports.news({ kind: 'share', partitions: partitions.length, consumers: consumers.size });
    }
    this.consumers = consumers.size;
    this.follow(partitions);
  }

  private follow(partitions: readonly number[]): void {
    this.share = new Set(partitions);
    for (const partition of this.leases.wanted()) if (!this.share.has(partition)) this.drain(partition);
    for (const partition of this.share) if (!this.draining.has(partition)) this.leases.acquire(partition);
    this.ports.grid.flush();
  }

  // ---- leases

  private leaseTaken(lease: PartitionLease, from: string | null): void {
    const { partition } = lease;
    this.ports.news({ kind: 'lease-taken', partition, from });
    if (!this.share.has(partition) || this.draining.has(partition)) return;
    const wasEmptied = this.known.has(partition) || this.isOtherGrid();
    const taken = { lease, wasHeld: from !== null, wasEmptied };
    const journals = [...this.queues].map(([map, queue]) => this.open(taken, map, queue));
    this.journals.set(partition, journals);
    for (const journal of journals) journal.start();
  }

  private leaseLost(partition: number, to: string | null): void {
    this.ports.news({ kind: 'lease-lost', partition, to });
    for (const journal of this.journals.get(partition) ?? []) journal.abandon();
    this.forget(partition);
  }

  private forget(partition: number): void {
    if (this.journals.get(partition)?.some(({ hasPosition }) => hasPosition)) this.known.add(partition);
    this.journals.delete(partition);
  }

  private isOtherGrid(): boolean {
    const now = this.ports.clusterId();
    return now !== undefined && now !== this.clusterId;
  }

  private open(taken: TakenLease, map: string, queue: BatchQueue): ConsumedJournal {
    const { startFrom, replayEvents, maxBatch, partitionCount } = this.options;
    const { reader, clock } = this.ports;
    const even = Math.ceil((BATCHES_AHEAD * maxBatch) / partitionCount);
    const eventsPerReading = Math.min(maxBatch, Math.max(LEAST_EVENTS_PER_READING, even));
    return new ConsumedJournal(
      taken,
      { map, startFrom, replayEvents, eventsPerReading },
      { reader, clock, queue, trouble: (error) => this.trouble(error) },
    );
  }

  /** Gives a partition up once its batch is done. */
  private drain(partition: number): void {
    if (this.draining.has(partition)) return;
    this.draining.set(partition, this.finish(partition));
  }

  private async finish(partition: number): Promise<void> {
    await Promise.all((this.journals.get(partition) ?? []).map((journal) => journal.stop()));
    this.forget(partition);
    this.draining.delete(partition);
    this.leases.release(partition);
    // It may have come back meanwhile.
    if (this.share.has(partition)) this.leases.acquire(partition);
    this.ports.grid.flush();
  }

  private trouble(error: unknown): void {
    this.ports.news({ kind: 'trouble', error });
  }
}
