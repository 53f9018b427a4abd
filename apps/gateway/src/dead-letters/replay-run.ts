import { type NearscoreError } from '@nearscore/errors';
import { type ParkedFilter, type ParkedPage, type ParkedRecord, type ParkedStore } from '@nearscore/registry';
import { lineOf } from '../bulk/answer-lines';
import { patiently } from '../bulk/patience';
import { shownError } from '../http/shown-error';
import { cursorOf } from './dead-letter-query';

const PAGE = 500;

/** How far a replay has come: so many were looked at, and so many of them are tried again. */
export interface ReplayProgress {
  readonly matched: number;
  readonly requeued: number;
  /** Where to go on; null: all were looked at. */
  readonly cursor: string | null;
}

/** Those of a page that are still to be replayed, all as of one moment: so a repeat knows what it has written itself. */
interface PageUnderWay extends ParkedPage {
  /** Epoch ms. */
  readonly askedAt: number;
}

/** Tries again all that fit, page by page. What comes back as an entry meanwhile is not met twice: its key lies behind. */
export class ReplayRun {
  private matched = 0;
  private requeued = 0;
  private after: string | undefined;
  private page: PageUnderWay | undefined;

  constructor(
    private readonly store: Pick<ParkedStore, 'page' | 'count' | 'change' | 'get'>,
    private readonly filter: ParkedFilter,
  ) {
    this.after = filter.after;
  }

  /** Until all are through, or the signal is aborted. */
  async until(signal: AbortSignal): Promise<ReplayProgress> {
    while ((await this.nextPage()) && !signal.aborted) continue;
    return this.progress();
  }

  /** The same as lines of NDJSON that tell how it goes. Puts up with trouble that passes; other trouble is told in the last line. */
  async *lines(options: ReplayLinesOptions): AsyncGenerator<string> {
    try {
      const total = await patiently(() => this.store.count(this.filter), options);
      yield lineOf({ progress: { ...this.progress(), total } });
      while (await patiently(() => this.nextPage(), options)) {
        options.signal.throwIfAborted();
        yield lineOf({ progress: { ...this.progress(), total } });
      }
      yield lineOf({ done: { matched: this.matched, requeued: this.requeued } });
    } catch (error) {
      const shown = shownError(error);
      options.onAborted(shown);
      const { code, message, retriable } = shown;
      yield lineOf({ aborted: { code, message, retriable, ...this.progress() } });
    }
  }

  /** False: that was the last. When it rejects, a repeat does what is left of the same page: what is done may fit no more. */
  private async nextPage(): Promise<boolean> {
    this.page ??= await this.readPage();
    const { records, next, askedAt } = this.page;
    const replays = await Promise.allSettled(records.map((record) => this.replay(record, askedAt)));
    this.page = { ...this.page, records: records.filter((_, index) => replays[index]?.status === 'rejected') };
    const failure = replays.find((replay) => replay.status === 'rejected');
    if (failure) throw failure.reason;
    this.page = undefined;
    this.after = next;
    return next !== undefined;
  }

  private async readPage(): Promise<PageUnderWay> {
    const page = await this.store.page({ ...this.filter, after: this.after, limit: PAGE });
    return { ...page, askedAt: Date.now() };
  }

  /** Counted when its outcome is known, once. A write that failed may have been done: then the entry is what it was to be. */
  private async replay(record: ParkedRecord, askedAt: number): Promise<void> {
    const replayed = await replayOne(this.store, record, askedAt);
    const isRequeued = replayed !== undefined || (await this.isAsked(record, askedAt));
    this.matched++;
    if (isRequeued) this.requeued++;
  }

  private async isAsked({ stream, keyData }: ParkedRecord, askedAt: number): Promise<boolean> {
    const stored = await this.store.get(stream, keyData);
    return stored?.state === 'retrying' && stored.askedAt === askedAt;
  }

  private progress(): ReplayProgress {
    const { matched, requeued, after } = this;
    return { matched, requeued, cursor: after === undefined ? null : cursorOf(after) };
  }
}

export interface ReplayLinesOptions {
  /** Trouble without an end is told after so long. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly onAborted: (error: NearscoreError) => void;
}

/** Undefined when its lane changed the entry meanwhile. */
export function replayOne(
  store: Pick<ParkedStore, 'change'>,
  record: ParkedRecord,
  askedAt = Date.now(),
): Promise<ParkedRecord | undefined> {
  return store.change(record, { state: 'retrying', attempts: 0, nextAttemptAt: askedAt, askedAt });
}
