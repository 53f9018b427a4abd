import { Batcher } from './batcher';

const LIMITS = { maxItems: 3, lingerMs: 2, maxOpen: 2 };

/** Batches as they were handed on; `finish` ends the oldest that is under way. */
function gathering() {
  const sent: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const batcher = new Batcher<number>(LIMITS, (batch) => {
    sent.push(batch);
    return new Promise((resolve) => ends.push(resolve));
  });
  const add = (...items: number[]): void => items.forEach((item) => batcher.add(item));
  const finish = (): Promise<void> => {
    ends.shift()?.();
    return jest.advanceTimersByTimeAsync(0);
  };
  return { sent, add, finish };
}

describe('Batcher', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('sends a full batch at once, and the rest after the linger', () => {
    const { sent, add } = gathering();
    add(1, 2, 3, 4);
    expect(sent).toEqual([[1, 2, 3]]);
    jest.advanceTimersByTime(LIMITS.lingerMs);
    expect(sent).toEqual([[1, 2, 3], [4]]);
  });

  it('counts the linger from the first item of a batch', () => {
    const { sent, add } = gathering();
    add(1);
    jest.advanceTimersByTime(1);
    add(2);
    jest.advanceTimersByTime(1);
    expect(sent).toEqual([[1, 2]]);
    add(3);
    jest.advanceTimersByTime(1);
    expect(sent).toHaveLength(1);
  });

  it('sends no empty batch when a full one left before its linger', () => {
    const { sent, add } = gathering();
    add(1, 2, 3);
    jest.advanceTimersByTime(10 * LIMITS.lingerMs);
    expect(sent).toEqual([[1, 2, 3]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has no more batches under way than allowed: what is late grows fuller, and nothing is reordered', async () => {
    const { sent, add, finish } = gathering();
    add(1, 2, 3, 4, 5, 6, 7);
    jest.advanceTimersByTime(LIMITS.lingerMs);
    expect(sent).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    add(8, 9, 10);
    jest.advanceTimersByTime(LIMITS.lingerMs);
    await finish();
    expect(sent.slice(2)).toEqual([[7, 8, 9]]);
    await finish();
    expect(sent.slice(3)).toEqual([[10]]);
  });
});
