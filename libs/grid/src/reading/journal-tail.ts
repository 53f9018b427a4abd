import { NearscoreError } from '@nearscore/errors';
import { Backoff } from '../journal/backoff';
import { type FollowerClock } from '../journal/follower-clock';
import { EventHistory } from './event-history';
import { type JournalEvent, type JournalRun } from './journal-run';
import { type JournalRange, type MapReader } from './map-reader';

/** Where a tail begins: a sequence, all that the journal holds, or what comes from now on. */
export type TailStart = number | 'oldest' | 'newest';

/** Why events cannot be told of: they were dropped before they were read, or the grid was emptied and counts anew. */
export type ResetReason = 'overflow' | 'restarted';

export type TailNews =
  | { readonly kind: 'events'; readonly events: readonly JournalEvent[] }
  /** The position is gone; the tail goes on with the oldest event that there is. */
  | { readonly kind: 'reset'; readonly reason: ResetReason; readonly from: number };

export interface JournalTailOptions {
  readonly map: string;
  readonly partition: number;
  readonly from: TailStart;
  /** Most events in one piece of news. */
  readonly maxEvents: number;
  /**
   * How many events are read again when the partition's owner changed or the connection broke: a promoted backup may have
   * lost the last ones and have given their sequences again. Those that are still the same are not told twice.
   */
  readonly replayEvents: number;
  readonly clock: FollowerClock;
}

/**
 * Follows the journal of one partition of a map: every event at least once, in order, or a reset that says that some are gone.
 * It asks for more only when `next` is called. Trouble with the grid is waited out.
 */
export class JournalTail {
  private readonly history: EventHistory;
  private readonly backoff: Backoff;
  private place: number | undefined;
  private reading = 0;
  private mustCompare = true;
  private mustReplay = false;
  private mustRecognize = false;
  private oldest = 0;
  /** How often the owner had changed when the journal was compared last. */
  private comparedAfter = 0;
  /** Read already, to be told after the reset. */
  private unread: JournalRun | undefined;

  constructor(
    private readonly reader: MapReader,
    private readonly options: JournalTailOptions,
  ) {
    this.history = new EventHistory(options.replayEvents);
    this.backoff = new Backoff(options.clock);
    if (typeof options.from === 'number') this.place = options.from;
  }

  /** The sequence behind the last event told of; undefined until the journal was asked where it begins. */
  get position(): number | undefined {
    return this.place;
  }

  /** Waits for the next news. Rejects with the signal's reason, or with an error that no waiting mends. */
  async next(signal: AbortSignal): Promise<TailNews> {
    for (;;) {
      signal.throwIfAborted();
      try {
        const news = await this.step(signal);
        this.backoff.succeeded();
        if (news) return news;
      } catch (error) {
        await this.recover(error, signal);
      }
    }
  }

  private async step(signal: AbortSignal): Promise<TailNews | undefined> {
    const { map, partition, maxEvents } = this.options;
    this.lookAtOwner();
    if (this.mustCompare) {
      const reset = this.compare(await this.reader.journalRange(map, partition));
      if (reset) return reset;
    }
    const run =
      this.unread ?? (await this.reader.readJournal(map, partition, this.reading, { max: maxEvents, signal }));
    this.unread = undefined;
    return this.take(run);
  }

  /** Between two calls of `next` nothing is asked, so that nothing fails when the owner changes. */
  private lookAtOwner(): void {
    const changes = this.reader.ownerChanges?.(this.options.partition) ?? 0;
    if (changes === this.comparedAfter) return;
    this.comparedAfter = changes;
    this.voidReading();
  }

  private compare({ oldest, newest }: JournalRange): TailNews | undefined {
    this.mustCompare = false;
    const place = (this.place ??= this.options.from === 'oldest' ? oldest : newest + 1);
    if (place < oldest) return this.reset('overflow', oldest);
    this.reading = Math.max(oldest, place - (this.mustReplay ? this.history.size : 0));
    this.mustReplay = false;
    this.mustRecognize = this.reading < place;
    if (this.reading > (this.mustRecognize ? newest : newest + 1)) return this.reset('restarted', oldest);
    // A promoted backup may lack the last events.
    this.place = Math.min(place, newest + 1);
    this.oldest = oldest;
    return undefined;
  }

  private take(run: JournalRun): TailNews | undefined {
    const place = this.place ?? run.first;
    if (run.first < this.reading) return this.resetTo(run, 'restarted');
    if (run.first > place) return this.resetTo(run, 'overflow');
    if (this.mustRecognize && !this.recognizes(run)) return this.reset('restarted', this.oldest);
    this.mustRecognize = false;
    const events = run.events.filter((event) => event.sequence >= place || !this.history.has(event));
    for (const event of events) this.history.add(event);
    this.reading = run.next;
    this.place = Math.max(place, run.next);
    return events.length > 0 ? { kind: 'events', events } : undefined;
  }

  /** Of what is read again the last events may be others, but the first is the same unless the whole journal is another one. */
  private recognizes({ events: [first] }: JournalRun): boolean {
    return first !== undefined && this.history.has(first);
  }

  private resetTo(run: JournalRun, reason: ResetReason): TailNews {
    this.unread = run;
    return this.reset(reason, run.first);
  }

  private reset(reason: ResetReason, from: number): TailNews {
    this.history.clear();
    this.mustRecognize = false;
    this.place = this.reading = from;
    return { kind: 'reset', reason, from };
  }

  private async recover(error: unknown, signal: AbortSignal): Promise<void> {
    const mends = error instanceof NearscoreError && (error.retriable || error.code === 'MAP_DESTROYED');
    if (signal.aborted || !mends) throw error;
    this.voidReading();
    await this.pause(signal);
  }

  private voidReading(): void {
    this.mustCompare = this.mustReplay = true;
    this.unread = undefined;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    let wake = (): void => undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      signal.addEventListener('abort', wake, { once: true });
      this.backoff.pause(resolve);
    });
    signal.removeEventListener('abort', wake);
    if (signal.aborted) this.backoff.cancel();
  }
}
