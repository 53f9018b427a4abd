import { type JournalEvent, type JournalTail, type TailNews } from '@nearscore/grid';
import { type ReadingSlots } from './reading-slots';

const PARTITIONS_AT_ONCE = 4;

/** What catches up. */
export interface LateReader {
  /** The sequence of the partition's next event; undefined: the feed has been reached, and tells of it from now on. */
  nextOf(partition: number): number | undefined;
  tail(partition: number, from: number): JournalTail;
  /** Resolves when there is room for more events. */
  roomFor(signal: AbortSignal): Promise<void>;
  /** @param again it has a place that was told of before */
  take(partition: number, event: JournalEvent, again: boolean): void;
  /** All before `next` has been told of. */
  moved(partition: number, next: number): void;
  gap(partition: number, news: Extract<TailNews, { kind: 'reset' }>): void;
}

/**
 * Reads partitions of which a listener is behind the feed, some at a time and no faster than the listener takes it, until the
 * reader says for each that the feed has been reached. Rejects when the signal is aborted, or a journal cannot be read.
 */
export async function catchUp(
  reader: LateReader,
  partitions: readonly number[],
  slots: ReadingSlots,
  signal: AbortSignal,
): Promise<void> {
  const left = [...partitions];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await new PartitionCatchUp(reader, next, slots, signal).run();
    }
  };
  await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, work));
}

class PartitionCatchUp {
  constructor(
    private readonly reader: LateReader,
    private readonly partition: number,
    private readonly slots: ReadingSlots,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { reader, partition, signal } = this;
    const start = reader.nextOf(partition);
    if (start === undefined) return;
    const tail = reader.tail(partition, start);
    while (reader.nextOf(partition) !== undefined) {
      const news = await this.slots.run(() => tail.next(signal), signal);
      if (news.kind === 'reset') reader.gap(partition, news);
      else if (await this.tell(news.events)) reader.moved(partition, tail.position ?? start);
    }
  }

  /** False: the feed was reached, or went elsewhere, before all was told. */
  private async tell(events: readonly JournalEvent[]): Promise<boolean> {
    const { reader, partition, signal } = this;
    for (const event of events) {
      await reader.roomFor(signal);
      const next = reader.nextOf(partition);
      if (next === undefined) return false;
      reader.take(partition, event, event.sequence < next);
    }
    return true;
  }
}
