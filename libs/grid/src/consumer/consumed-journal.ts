import { Backoff } from '../journal/backoff';
import { type FollowerClock } from '../journal/follower-clock';
import { type PartitionLease } from '../journal/partition-lease';
import { JournalTail, type TailNews } from '../reading/journal-tail';
import { type JournalRange, type MapReader } from '../reading/map-reader';
import { MessageTooLargeError } from '../wire/wire.errors';
import { type BatchQueue } from './batch-queue';
import { ConsumedPosition, checkpointsOf } from './consumed-position';
import { type Delivery } from './delivery';
import { findResumePoint } from './resume-point';

/** Where a group begins in a journal that it has never consumed. */
export type ConsumerStart = 'oldest' | 'newest';

export interface ConsumedJournalOptions {
  readonly map: string;
  readonly startFrom: ConsumerStart;
  /** Most events taken from the grid at once. */
  readonly eventsPerReading: number;
  /** How many events are compared, and handed over again if they differ, after a failover. */
  readonly replayEvents: number;
}

export interface ConsumedJournalPorts {
  readonly reader: MapReader;
  readonly queue: BatchQueue;
  readonly clock: FollowerClock;
  readonly trouble: (error: unknown) => void;
}

export interface TakenLease {
  readonly lease: PartitionLease;
  /** Whoever had it before may have handed over more than it stored. */
  readonly wasHeld: boolean;
  /** A position that was known before is gone with its grid. */
  readonly wasEmptied: boolean;
}

interface Resumed {
  readonly tail: JournalTail;
  readonly position: ConsumedPosition;
  /** Events before it may have been handed over before. */
  readonly knownUntil: number;
  /** To be told before anything is read. */
  readonly reset?: TailNews;
}

/** One partition of one map, consumed for as long as its lease is held. */
export class ConsumedJournal {
  private readonly stopping = new AbortController();
  private readonly backoff: Backoff;
  private ended: Promise<void> | undefined;
  private position: ConsumedPosition | undefined;
  private delivery: Delivery | undefined;
  private isLost = false;
  /** Fewer when so many do not fit into one message. */
  private eventsPerReading: number;
  private wake = (): void => undefined;

  constructor(
    private readonly taken: TakenLease,
    private readonly options: ConsumedJournalOptions,
    private readonly ports: ConsumedJournalPorts,
  ) {
    this.backoff = new Backoff(ports.clock);
    this.eventsPerReading = options.eventsPerReading;
  }

  /** Whether it ever knew where it is. */
  get hasPosition(): boolean {
    return this.position !== undefined;
  }

  start(): void {
    this.ended = this.run();
  }

  /** Nothing more is handed over; resolves when a batch that is being handled now is done and its position is known. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    if (this.delivery) this.ports.queue.giveUp(this.delivery);
    await this.ended;
  }

  /** The lease is another's: what is being handled now does not count. */
  abandon(): void {
    this.isLost = true;
    void this.stop();
  }

  /** Nothing is handed over until the grid has confirmed the lease. The position stays: the journal itself is compared. */
  ownerChanged(): void {
    this.taken.lease.doubt(this.options.map);
    this.position?.store();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.consume(await this.resume());
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async consume({ tail, position, knownUntil, reset }: Resumed): Promise<void> {
    const { signal } = this.stopping;
    for (let news = reset ?? (await tail.next(signal)); ; news = await tail.next(signal)) {
      if (!(await this.deliver(news, Math.max(knownUntil, position.next)))) return;
      this.backoff.succeeded();
      const last = news.kind === 'events' ? news.events.at(-1) : undefined;
      if (news.kind === 'reset') position.beginAt(news.from);
      else if (last) position.moveTo(tail.position ?? last.sequence + 1, last);
    }
  }

  /** @returns whether it was handled, and counts */
  private async deliver(news: TailNews, knownUntil: number): Promise<boolean> {
    if (this.stopping.signal.aborted) return false;
    const { lease } = this.taken;
    const isRedelivery = news.kind === 'events' && (news.events[0]?.sequence ?? 0) < knownUntil;
    const mayHandOver = (now: number): boolean => lease.mayWrite(now);
    this.delivery = { partition: lease.partition, news, isRedelivery, mayHandOver };
    const handled = await this.ports.queue.offer(this.delivery);
    this.delivery = undefined;
    return handled && !this.isLost;
  }

  private async resume(): Promise<Resumed> {
    const { lease, wasHeld, wasEmptied } = this.taken;
    const { map, startFrom, replayEvents } = this.options;
    const { reader } = this.ports;
    const place = { map, partition: lease.partition };
    const range = await reader.journalRange(map, lease.partition);
    const checkpoints = checkpointsOf(lease, map);
    const position = new ConsumedPosition(lease, map, replayEvents);
    this.position = position;
    if (checkpoints.length === 0 && !wasEmptied) {
      position.beginAt(startFrom === 'oldest' ? range.oldest : range.newest + 1);
      return { tail: this.tailFrom(position.next), position, knownUntil: 0 };
    }
    const found = await findResumePoint(reader, place, checkpoints, range, this.stopping.signal);
    if (!found) return this.anotherJournal(position, range);
    const mayBeKnown = wasHeld || found !== checkpoints[0];
    return { tail: this.tailFrom(found.next), position, knownUntil: mayBeKnown ? range.newest + 1 : 0 };
  }

  private anotherJournal(position: ConsumedPosition, { oldest }: JournalRange): Resumed {
    const reset = { kind: 'reset', reason: 'restarted', from: oldest } as const;
    return { tail: this.tailFrom(oldest), position, knownUntil: 0, reset };
  }

  private tailFrom(from: number): JournalTail {
    const { map, replayEvents } = this.options;
    const { reader, clock } = this.ports;
    const place = { map, partition: this.taken.lease.partition, from };
    return new JournalTail(reader, { ...place, maxEvents: this.eventsPerReading, replayEvents, clock });
  }

  private async recover(error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    if (error instanceof MessageTooLargeError) this.eventsPerReading = Math.max(1, this.eventsPerReading >> 1);
    this.ports.trouble(error);
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      this.backoff.pause(resolve);
    });
    this.backoff.cancel();
  }
}
