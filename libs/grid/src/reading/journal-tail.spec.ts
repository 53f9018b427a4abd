import { NearscoreError } from '@nearscore/errors';
import { ManualClock } from '../../../../test/fixtures/journal/manual-clock';
import { type JournalEvent, type JournalRun } from './journal-run';
import { JournalTail, type TailNews, type TailStart } from './journal-tail';
import { type JournalRange, type MapReader, OwnerChangedError, type ReadOptions } from './map-reader';

const NEVER = new AbortController().signal;

/** A journal as a member keeps it: a position that is too old is moved to the oldest event without a word. */
class Journal implements MapReader {
  capacity = Infinity;
  values: string[] = [];
  /** Thrown by the next calls, in this order. */
  readonly failures: Error[] = [];
  readonly readings: number[] = [];
  private wake: () => void = () => undefined;

  get oldest(): number {
    return Math.max(0, this.values.length - this.capacity);
  }

  put(...values: string[]): void {
    this.values.push(...values);
    this.wake();
  }

  journalRange(): Promise<JournalRange> {
    const failure = this.failures.shift();
    if (failure) return Promise.reject(failure);
    return Promise.resolve({ oldest: this.oldest, newest: this.values.length - 1 });
  }

  async readJournal(_map: string, _partition: number, from: number, { max, signal }: ReadOptions): Promise<JournalRun> {
    this.readings.push(from);
    while (from >= this.values.length && this.failures.length === 0) await this.change(signal);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const first = Math.max(from, this.oldest);
    const events = this.values.slice(first, first + max).map((value, index) => eventOf(first + index, value));
    return { first, next: first + events.length, events };
  }

  readEntries(): Promise<never> {
    return Promise.reject(new Error('not asked for'));
  }

  /** Fails a reading that waits. */
  interrupt(error: Error): void {
    this.failures.push(error);
    this.wake();
  }

  private change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.wake = resolve;
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }
}

function eventOf(sequence: number, value: string): JournalEvent {
  return { sequence, key: Buffer.from(`key of ${value}`), value: value === 'removed' ? null : Buffer.from(value) };
}

let journal: Journal;
let clock: ManualClock;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function tail(from: TailStart, replayEvents = 8): JournalTail {
  return new JournalTail(journal, {
    ...{ map: 'm', partition: 0, from, maxEvents: 4, replayEvents, clock },
  });
}

/** What the news say, as text. */
async function told(by: JournalTail, times = 1): Promise<string[]> {
  const all: string[] = [];
  for (let n = 0; n < times; n++) all.push(...textsOf(await by.next(NEVER)));
  return all;
}

function textsOf(news: TailNews): string[] {
  if (news.kind === 'reset') return [`reset ${news.reason} ${news.from}`];
  return news.events.map(({ sequence, value }) => `${sequence} ${value?.toString() ?? 'nothing'}`);
}

beforeEach(() => {
  journal = new Journal();
  clock = new ManualClock();
  journal.put('a', 'b', 'c');
});

describe('where it begins', () => {
  it('with the oldest event', async () => {
    expect(await told(tail('oldest'))).toEqual(['0 a', '1 b', '2 c']);
  });

  it('with what comes from now on', async () => {
    const one = tail('newest');
    const news = told(one);
    await turn();
    journal.put('d');
    expect(await news).toEqual(['3 d']);
    expect(one.position).toBe(4);
  });

  it('at a sequence', async () => {
    journal.put('removed');
    expect(await told(tail(1))).toEqual(['1 b', '2 c', '3 nothing']);
  });

  it('with the oldest one that is left, and says so, when the position is gone', async () => {
    journal.capacity = 2;
    expect(await told(tail(0), 2)).toEqual(['reset overflow 1', '1 b', '2 c']);
  });

  it('anew, and says so, when the position is past the end', async () => {
    expect(await told(tail(7), 2)).toEqual(['reset restarted 0', '0 a', '1 b', '2 c']);
  });
});

describe('while it reads', () => {
  it('gives runs of bounded length, every event once', async () => {
    journal.put('d', 'e', 'f');
    const one = tail('oldest');
    expect(await one.next(NEVER)).toMatchObject({ events: { length: 4 } });
    expect(await told(one)).toEqual(['4 e', '5 f']);
  });

  it('says so when events were dropped before they were read, and goes on behind them', async () => {
    const one = tail('oldest');
    await told(one);
    journal.capacity = 2;
    journal.put('d', 'e', 'f', 'g');
    expect(await told(one, 2)).toEqual(['reset overflow 5', '5 f', '6 g']);
  });

  it('ends with the reason of its signal, also while it pauses', async () => {
    const abort = new AbortController();
    const waiting = tail('newest').next(abort.signal);
    journal.failures.push(new OwnerChangedError(0));
    const pausing = tail('newest').next(abort.signal);
    await turn();
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(pausing).rejects.toThrow('enough');
  });

  it('ends with an error that no waiting mends', async () => {
    journal.failures.push(new NearscoreError('MEMBER_ERROR', 'the map has no journal'));
    await expect(tail('oldest').next(NEVER)).rejects.toThrow('the map has no journal');
  });
});

describe('after the owner changed or the connection broke', () => {
  /** @param put what is written when the tail reads again */
  async function interrupted(change: () => void, ...put: string[]): Promise<string[]> {
    const one = tail('oldest');
    await told(one);
    const news = told(one);
    await turn();
    change();
    journal.interrupt(new OwnerChangedError(0));
    await turn();
    clock.advance(100);
    await turn();
    if (put.length > 0) journal.put(...put);
    return news;
  }

  it('tells nothing twice when the journal is the same', async () => {
    expect(await interrupted(() => undefined, 'd')).toEqual(['3 d']);
    expect(journal.readings).toContain(0);
  });

  it('tells what a promoted backup has given a lost sequence to', async () => {
    expect(await interrupted(() => (journal.values = ['a', 'b', 'X', 'd']))).toEqual(['2 X', '3 d']);
  });

  it('goes on behind a journal that has lost its end', async () => {
    expect(await interrupted(() => (journal.values = ['a']), 'Y')).toEqual(['1 Y']);
  });

  it('says that it is another journal, though that one is longer by now', async () => {
    expect(await interrupted(() => (journal.values = ['A', 'B', 'C', 'D', 'E']))).toEqual(['reset restarted 0']);
  });

  it('says so too when the other journal is shorter than all that is known of the old one', async () => {
    expect(await interrupted(() => (journal.values = []))).toEqual(['reset restarted 0']);
  });
});
