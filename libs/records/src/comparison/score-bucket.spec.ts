import fc from 'fast-check';
import { scoreBucketOf } from './score-bucket';

const scores = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.float({ min: -2, max: 2, noNaN: true }));

describe('scoreBucketOf', () => {
  it('rises with the score', () => {
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        expect(scoreBucketOf(Math.max(a, b))).toBeGreaterThanOrEqual(scoreBucketOf(Math.min(a, b)));
      }),
    );
  });

  it('is a whole number, also at the ends of float32', () => {
    fc.assert(fc.property(scores, (score) => expect(Number.isSafeInteger(scoreBucketOf(score))).toBe(true)));
    expect(scoreBucketOf(3.4e38) - scoreBucketOf(-3.4e38)).toBeLessThan(4_000);
  });

  it('has fifty buckets for the scores of classifiers, and others outside', () => {
    const thousandths = Array.from({ length: 1_001 }, (_, n) => scoreBucketOf(n / 1_000));
    expect(new Set(thousandths)).toEqual(new Set(Array.from({ length: 50 }, (_, bucket) => bucket)));
    expect([-0, 0, 1].map((score) => String(scoreBucketOf(score)))).toEqual(['0', '0', '49']);
    expect([1.000001, -0.000001].map(scoreBucketOf)).toEqual([50, -1]);
  });

  it('tells scores of a regression apart by five percent', () => {
    const steps = [100, 106, 112, 118, 125];
    expect(new Set([...steps, ...steps.map((score) => -score)].map(scoreBucketOf)).size).toBe(10);
  });
});
