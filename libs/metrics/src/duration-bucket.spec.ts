import fc from 'fast-check';
import { durationBucketOf, durationOfBucket } from './duration-bucket';

describe('durationBucketOf', () => {
  it('is at most a tenth too high', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.002, max: 10_000_000, noNaN: true }), (ms) => {
        const upper = durationOfBucket(durationBucketOf(ms));
        expect(upper / ms).toBeGreaterThan(1 - 1e-6);
        expect(upper / ms).toBeLessThan(1.1 + 1e-6);
      }),
    );
  });

  it('is the bucket itself of an upper bound', () => {
    const buckets = Array.from({ length: 243 }, (_, n) => n - 72);
    const found = buckets.map((bucket) => durationBucketOf(durationOfBucket(bucket)));
    expect(found.map(String)).toEqual(buckets.map(String));
  });

  it('has a first and a last bucket', () => {
    expect([0, 1e-9].map(durationBucketOf)).toEqual([-72, -72]);
    expect(durationBucketOf(1e12)).toBe(170);
  });
});
