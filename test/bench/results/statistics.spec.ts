import fc from 'fast-check';
import { percentile, spreadOf } from './statistics';

describe('percentile', () => {
  it('is the value that this share of the list lies below', () => {
    const ascending = Array.from({ length: 1000 }, (_, index) => index);
    expect(percentile(ascending, 0.5)).toBe(500);
    expect(percentile(ascending, 0.99)).toBe(990);
    expect(percentile(ascending, 0.999)).toBe(999);
  });

  it('is the last one for a share of 1, and NaN for no list', () => {
    expect(percentile([1, 2], 1)).toBe(2);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('spreadOf', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  });

  it('does not depend on the order, and has the median between smallest and largest', () => {
    const figures = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
    fc.assert(
      fc.property(figures, (values) => {
        const { median, min, max } = spreadOf(values);
        expect(spreadOf([...values].reverse())).toEqual({ median, min, max });
        expect(median >= min && median <= max).toBe(true);
        expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});
