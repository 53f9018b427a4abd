import { type JournalEvent, type JournalTail, type TailNews } from '@nearscore/grid';
import { catchUp, type LateReader } from './catch-up';
import { matches } from './event-filter';
import { beginText, type CloseReason, closeText, heartbeatText, resetText } from './event-text';
import { type FeedEvent } from './feed-event';
import { type ListenRequest } from './listen-request';
import { type FeedListener, type PredictionFeed } from './prediction-feed';
import { type ReadingSlots } from './reading-slots';
import { type FeedReset, type StartPositions } from './start-positions';

/** Where a listener's events go. */
export interface EventSink {
  send(text: Buffer | string): void;
  /** Resolves when what was sent is on its way; rejects with the signal's reason. */
  roomFor(signal: AbortSignal): Promise<void>;
  /** Ends it, with a last text if there is one. */
  end(text?: string): void;
}

export interface ListenerParts {
  readonly feed: PredictionFeed;
  readonly request: Pick<ListenRequest, 'filter' | 'format'>;
  readonly sink: EventSink;
  readonly slots: ReadingSlots;
  readonly told: { sent(): void; reset(reset: FeedReset): void };
  /** It ended by itself: why, if there is a reason to tell. */
  readonly failed: (error: unknown) => void;
}

/**
 * One listener. In most partitions it stands where the feed stands, and is sent the feed's own texts. Where it resumes from an
 * older position it reads by itself until it reaches the feed; where from a later one (of a gateway that was ahead) it lets
 * pass what it was told already. As long as there are such partitions its ids are its own.
 */
export class Listener implements FeedListener, LateReader {
  /** Where it does not stand where the feed stands: the sequence of the partition's next event. */
  private readonly apart = new Map<number, number>();
  /** Those of them that it reads by itself. */
  private readonly behind = new Set<number>();
  private catching = new AbortController();
  private sentId: string | undefined;
  private isOver = false;

  constructor(private readonly parts: ListenerParts) {}

  /** Whether it reads by itself what the feed has told of already. */
  get isBehind(): boolean {
    return this.behind.size > 0;
  }

  /** @param start undefined: it begins where the feed stands */
  begin(start?: StartPositions): void {
    const { feed, sink } = this.parts;
    if (start) this.placeAt(start.positions);
    // What is gone is told before any id: a reader that has that id will not be told again.
    const resets = start?.resets ?? [];
    sink.send(beginText(resets.length === 0 ? this.newId() : undefined));
    this.tellResets(resets);
    feed.join(this);
    this.catchUp();
  }

  /** With the id of where it stands, when nothing that was sent had it. */
  heartbeat(): void {
    const before = this.sentId;
    const id = this.newId();
    this.parts.sink.send(heartbeatText(id === before ? undefined : id));
  }

  /** @param reason undefined: there is nobody to tell it to */
  end(reason?: CloseReason): void {
    if (this.isOver) return;
    this.isOver = true;
    this.parts.feed.leave(this);
    this.catching.abort();
    this.parts.sink.end(reason && closeText(reason));
  }

  onEvent(event: FeedEvent): void {
    const { partition, sequence, origin } = event;
    if (this.behind.has(partition)) return;
    const ahead = this.apart.get(partition);
    if (ahead !== undefined && sequence + 1 >= ahead) this.apart.delete(partition);
    if (ahead === undefined || sequence >= ahead || origin.again) this.tell(event);
  }

  /** What it was behind by is gone, too. */
  onReset(reset: FeedReset): void {
    for (const partition of reset.partitions) this.reachedFeed(partition);
    this.tellResets([reset]);
  }

  onRestart({ positions, resets }: StartPositions): void {
    this.catching.abort();
    this.catching = new AbortController();
    this.placeAt(positions);
    this.tellResets(resets);
    this.catchUp();
  }

  onFailed(): void {
    this.parts.failed(undefined);
  }

  nextOf(partition: number): number | undefined {
    return this.behind.has(partition) ? this.apart.get(partition) : undefined;
  }

  tail(partition: number, from: number): JournalTail {
    return this.parts.feed.tail(partition, from);
  }

  roomFor(signal: AbortSignal): Promise<void> {
    return this.parts.sink.roomFor(signal);
  }

  take(partition: number, event: JournalEvent, again: boolean): void {
    // From here on the feed tells of it.
    if (event.sequence >= this.feedPosition(partition)) return this.reachedFeed(partition);
    if (!again) this.moved(partition, event.sequence + 1);
    const told = this.parts.feed.toEvent(partition, event, again);
    if (told) this.tell(told);
  }

  moved(partition: number, next: number): void {
    const before = this.nextOf(partition);
    if (before === undefined) return;
    if (next >= this.feedPosition(partition)) this.reachedFeed(partition);
    else this.apart.set(partition, Math.max(before, next));
  }

  gap(partition: number, { reason, from }: Extract<TailNews, { kind: 'reset' }>): void {
    if (this.nextOf(partition) === undefined) return;
    this.apart.set(partition, from);
    this.moved(partition, from);
    this.tellResets([{ reason, partitions: [partition] }]);
  }

  private placeAt(positions: readonly number[]): void {
    this.apart.clear();
    this.behind.clear();
    for (const [partition, next] of positions.entries()) {
      const feedPosition = this.feedPosition(partition);
      if (next !== feedPosition) this.apart.set(partition, next);
      if (next < feedPosition) this.behind.add(partition);
    }
  }

  private feedPosition(partition: number): number {
    return this.parts.feed.positions[partition] ?? 0;
  }

  private reachedFeed(partition: number): void {
    this.behind.delete(partition);
    this.apart.delete(partition);
  }

  private catchUp(): void {
    if (this.behind.size === 0) return;
    const { signal } = this.catching;
    catchUp(this, [...this.behind], this.parts.slots, signal).catch((error: unknown) => {
      if (!signal.aborted) this.parts.failed(error);
    });
  }

  private newId(): string {
    return (this.sentId = this.parts.feed.id(this.apart));
  }

  private tell(event: FeedEvent): void {
    const { request, sink, told } = this.parts;
    if (!matches(request.filter, event.key, event.prediction)) return;
    if (event.origin.again) sink.send(event.text(request.format));
    else if (this.apart.size > 0) sink.send(event.textWith(request.format, this.newId()));
    else {
      this.sentId = event.id;
      sink.send(event.text(request.format));
    }
    told.sent();
  }

  private tellResets(resets: readonly FeedReset[]): void {
    for (const reset of resets) {
      this.parts.sink.send(resetText(reset, reset === resets[resets.length - 1] ? this.newId() : undefined));
      this.parts.told.reset(reset);
    }
  }
}
