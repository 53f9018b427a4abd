import fc from 'fast-check';
import { stabilityIndex } from './stability-index';

const histogram = fc.dictionary(fc.integer({ min: -20, max: 70 }).map(String), fc.integer({ min: 1, max: 500 }), {
  minKeys: 1,
  maxKeys: 40,
});
const spread = (shift: number) => Object.fromEntries(Array.from({ length: 50 }, (_, at) => [String(at + shift), 20]));

describe('stabilityIndex', () => {
  it('is 0 for the same scores, whatever they are, and never less', () => {
    fc.assert(
      fc.property(histogram, histogram, (expected, actual) => {
        expect(stabilityIndex(expected, expected)).toBeCloseTo(0, 12);
        expect(stabilityIndex(expected, actual)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('rises with the distance, and is large for other scores', () => {
    const [near, far, other] = [1, 5, 50].map((shift) => stabilityIndex(spread(0), spread(shift)) ?? 0) as [
      number,
      number,
      number,
    ];
    expect(near).toBeLessThan(0.25);
    expect(far).toBeGreaterThan(0.25);
    expect(other).toBeGreaterThan(far);
  });

  it('is the textbook sum over groups', () => {
    // Two groups that hold something, 0.8 and 0.2 against 0.5 and 0.5, and two without any score at the edges.
    const edges = (count: number): number => 0.5 / count;
    const all = 1_001;
    const shares = (first: number, second: number): number[] => [edges(all), first / all, second / all, edges(all)];
    const [before, now] = [shares(800, 200), shares(500, 500)];
    const sum = before.reduce((total, share, at) => {
      const shareNow = now[at] as number;
      return total + (shareNow - share) * Math.log(shareNow / share);
    }, 0);
    expect(stabilityIndex({ 3: 800, 9: 200 }, { 3: 500, 9: 500 })).toBeCloseTo(sum, 10);
  });

  it('sees a tail that moved behind a bucket with nearly all', () => {
    const tail = (from: number) => Object.fromEntries(Array.from({ length: 20 }, (_, at) => [String(from + at), 10]));
    const moved = stabilityIndex({ 0: 1_800, ...tail(20) }, { 0: 1_800, ...tail(35) });
    expect(moved).toBeGreaterThan(0.2);
  });

  it('says nothing where there is nothing', () => {
    expect(stabilityIndex({}, { 1: 5 })).toBeUndefined();
    expect(stabilityIndex({ 1: 5 }, { 1: 0 })).toBeUndefined();
  });
});
