import { baseOf, caseAt } from './growth-case';
import { heapMbFor } from './member-heap';

const RATES = { bulk: 20_000, listeners: 2_000 };
const BASE_CASE = { keys: 100_000, streams: 1, members: 1, width: 30, listeners: undefined, ratePerSecond: 20_000 };

describe('caseAt', () => {
  it('varies one thing only', () => {
    expect(caseAt('keys', 100_000, RATES)).toEqual(BASE_CASE);
    expect(caseAt('streams', 4, RATES)).toEqual({ ...BASE_CASE, streams: 4 });
    expect(caseAt('width', 1024, RATES)).toEqual({ ...BASE_CASE, width: 1024 });
  });

  it('has a gateway on the axis of the listeners only, there without listeners too', () => {
    expect(caseAt('listeners', 0, RATES)).toEqual({ ...BASE_CASE, listeners: 0, ratePerSecond: 2_000 });
    expect(caseAt('listeners', 50, RATES)).toEqual({ ...BASE_CASE, listeners: 50, ratePerSecond: 2_000 });
  });
});

describe('baseOf', () => {
  it('is the base case, or the first value', () => {
    expect(baseOf('keys', [10_000, 100_000])).toBe(100_000);
    expect(baseOf('members', [2, 3])).toBe(2);
  });
});

describe('heapMbFor', () => {
  const base = { keys: 100_000, streams: 1, width: 30 };

  it('is 2 GiB for the base case', () => expect(heapMbFor(base)).toBe(2048));

  it.each([
    [{ ...base, keys: 3_000_000 }, 5_120],
    [{ ...base, streams: 8 }, 5_120],
    [{ ...base, width: 1024 }, 6_144],
  ])('leaves room for %o', (wanted, heapMb) => expect(heapMbFor(wanted)).toBe(heapMb));
});
