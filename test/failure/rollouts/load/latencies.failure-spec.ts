import { latenciesOf, touches } from './latencies';

describe('latenciesOf', () => {
  it('is of how long spans took, in whatever order they ended', () => {
    const spans = Array.from({ length: 100 }, (_, index) => ({ from: index, to: 2 * index + 1 }));
    expect(latenciesOf(spans.reverse())).toEqual({ count: 100, p50: 51, p99: 100, max: 100 });
  });

  it('knows nothing of none', () => {
    expect(latenciesOf([])).toEqual({ count: 0, p50: NaN, p99: NaN, max: NaN });
  });
});

describe('touches', () => {
  const window = { from: 10, to: 20 };

  it.each([
    ['before', { from: 0, to: 9 }, false],
    ['into it', { from: 0, to: 10 }, true],
    ['around it', { from: 0, to: 30 }, true],
    ['within it', { from: 12, to: 13 }, true],
    ['out of it', { from: 20, to: 30 }, true],
    ['after', { from: 21, to: 30 }, false],
  ])('a span that is %s', (_, span, expected) => {
    expect(touches(span, [{ from: 100, to: 101 }, window])).toBe(expected);
  });
});
