import { type JournalEvent, type JournalTail, type ResetReason } from '@nearscore/grid';
import { type DispatchTurns } from './dispatch-turns';

/** What the readers of a partition are told, in order. */
export interface ReadingSubscriber {
  onEvent(partition: number, event: JournalEvent): void;
  onReset(partition: number, reason: ResetReason, from: number): void;
  /** Nothing more comes. */
  onFailed(error: unknown): void;
}

/** Roughly what an event takes as text: every byte of a float32 becomes some digits, and the id is told, too. */
const TEXT_BYTES_PER_BYTE = 5;
const TEXT_BYTES_PER_EVENT = 1_000;

/**
 * The one reading of a partition's journal, for whoever wants its events. A member keeps a reading that waits for events open
 * until there is one, whether it is still wanted or not: so this one ends with the first news that nobody wants, and is used
 * again until then.
 */
export class PartitionReading {
  private readonly subscribers = new Set<ReadingSubscriber>();

  /** @param next where the tail begins */
  constructor(
    private readonly partition: number,
    private readonly tail: JournalTail,
    private next: number,
    private readonly turns: DispatchTurns,
  ) {}

  /** The sequence behind the last event that subscribers were told of. */
  get position(): number {
    return this.next;
  }

  subscribe(subscriber: ReadingSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** Resolves when it has ended; `ended` is called before anybody else can subscribe. */
  async run(signal: AbortSignal, ended: () => void): Promise<void> {
    try {
      while (await this.tell(signal));
    } catch (error) {
      if (!signal.aborted) for (const subscriber of [...this.subscribers]) subscriber.onFailed(error);
    } finally {
      ended();
    }
  }

  private async tell(signal: AbortSignal): Promise<boolean> {
    const news = await this.tail.next(signal);
    if (this.subscribers.size === 0) return false;
    if (news.kind === 'events') {
      for (const event of news.events) {
        await this.turns.spend(TEXT_BYTES_PER_EVENT + (event.value?.length ?? 0) * TEXT_BYTES_PER_BYTE);
        signal.throwIfAborted();
        this.next = Math.max(this.next, event.sequence + 1);
        for (const subscriber of [...this.subscribers]) subscriber.onEvent(this.partition, event);
      }
    } else {
      this.next = news.from;
      for (const subscriber of [...this.subscribers]) subscriber.onReset(this.partition, news.reason, news.from);
    }
    return true;
  }
}
