import { type NearscoreError } from '@nearscore/errors';
import { type ParkedFilter, type ParkedRecord, type ParkedStore } from '@nearscore/registry';
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

/** Tries again all that fit, page by page. What comes back as an entry meanwhile is not met twice: its key lies behind. */
export class ReplayRun {
  private matched = 0;
  private requeued = 0;
  private after: string | undefined;

  constructor(
    private readonly store: Pick<ParkedStore, 'page' | 'count' | 'change'>,
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

  /** False: that was the last. */
  private async nextPage(): Promise<boolean> {
    const { records, next } = await this.store.page({ ...this.filter, after: this.after, limit: PAGE });
    const replayed = await Promise.all(records.map((record) => replayOne(this.store, record)));
    this.matched += records.length;
    this.requeued += replayed.filter((record) => record !== undefined).length;
    this.after = next;
    return next !== undefined;
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
export function replayOne(store: Pick<ParkedStore, 'change'>, record: ParkedRecord): Promise<ParkedRecord | undefined> {
  const now = Date.now();
  return store.change(record, { state: 'retrying', attempts: 0, nextAttemptAt: now, askedAt: now });
}
