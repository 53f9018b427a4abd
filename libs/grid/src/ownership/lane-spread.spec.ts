import * as fc from 'fast-check';
import { spreadOverLanes } from './lane-spread';

const partitionsArb = fc.uniqueArray(fc.nat(300), { maxLength: 300 });
const lanesArb = fc.integer({ min: 1, max: 16 });

describe('spreadOverLanes', () => {
  it('gives every partition one existing lane, evenly', () => {
    fc.assert(
      fc.property(partitionsArb, lanesArb, (partitions, lanes) => {
        const spread = spreadOverLanes(partitions, lanes);
        expect([...spread.keys()].sort()).toEqual([...partitions].sort());
        const loads = new Array<number>(lanes).fill(0);
        for (const lane of spread.values()) loads[lane] = (loads[lane] as number) + 1;
        expect(loads).toHaveLength(lanes);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never moves a partition to another lane, also not one that was away', () => {
    fc.assert(
      fc.property(fc.array(partitionsArb, { minLength: 2, maxLength: 6 }), lanesArb, (rounds, lanes) => {
        let spread: ReadonlyMap<number, number> = new Map();
        for (const partitions of rounds) {
          const next = spreadOverLanes(partitions, lanes, spread);
          for (const [partition, lane] of spread) expect(next.get(partition)).toBe(lane);
          expect(partitions.every((partition) => next.has(partition))).toBe(true);
          spread = next;
        }
      }),
    );
  });
});
