import * as fc from 'fast-check';
import { shareOf, sharePartitions } from './partition-share';

const IDS = ['a#1', 'b#2', 'c#3', 'd#4', 'e#5', 'f#6'];
const consumersArb = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1 });
const countArb = fc.integer({ min: 1, max: 300 });

describe('the shares of a group', () => {
  it('give every partition to exactly one consumer', () => {
    fc.assert(
      fc.property(consumersArb, countArb, (consumers, count) => {
        const read = consumers.flatMap((id) => shareOf(id, consumers, count));
        expect(read.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, partition) => partition));
      }),
    );
  });

  it('do not depend on the order of the consumers', () => {
    fc.assert(
      fc.property(consumersArb, countArb, (consumers, count) => {
        expect(sharePartitions([...consumers].reverse(), count)).toEqual(sharePartitions(consumers, count));
      }),
    );
  });

  it('move only what a coming consumer gets, which is what it gives up when it goes', () => {
    fc.assert(
      fc.property(consumersArb, countArb, (consumers, count) => {
        const before = sharePartitions(consumers, count);
        const after = sharePartitions([...consumers, 'new'], count);
        after.forEach((id, partition) => expect([before[partition], 'new']).toContain(id));
      }),
    );
  });

  it('are even enough', () => {
    const shares = ['app-1#0c9a', 'app-2#77fe', 'app-3#120b'].map((id, _, all) => shareOf(id, all, 271).length);
    for (const share of shares) expect(Math.abs(share - 90)).toBeLessThan(30);
  });

  it('are empty without consumers', () => {
    expect(sharePartitions([], 2)).toEqual([undefined, undefined]);
  });
});
