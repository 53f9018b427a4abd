import { NodeWatch } from '@nearscore/grid';
import { leasesOf, nodeEntryOf } from '../../../../test/fixtures/registry/node-entry';
import { partitionsWithoutLease } from './cluster-watch';
import { NodeSightings } from './node-sightings';

const beating = (id: string, beats: number) => nodeEntryOf({ id, beats });

describe('NodeSightings', () => {
  test('a node is dead when its beats stay the same, and its last beat is when it was first seen', () => {
    const sightings = new NodeSightings(new NodeWatch(1500));
    sightings.observe(0, [beating('a', 1), beating('b', 1)]);
    sightings.observe(500, [beating('a', 2), beating('b', 2)]);
    for (const now of [1000, 1500]) sightings.observe(now, [beating('a', now), beating('b', 2)]);
    expect(sightings.observe(2000, [beating('a', 9), beating('b', 2)])).toMatchObject([
      { entry: { id: 'a' }, living: true, beatAtMs: 2000 },
      { entry: { id: 'b' }, living: false, beatAtMs: 500 },
    ]);
  });
});

describe('partitionsWithoutLease', () => {
  const seen = (held: number, living = true) => ({
    entry: nodeEntryOf({ leases: leasesOf(held) }),
    living,
    beatAtMs: 0,
  });

  test('counts no lease of a dead node', () => {
    expect(partitionsWithoutLease([seen(100), seen(171)], 271)).toBe(0);
    expect(partitionsWithoutLease([seen(100), seen(171, false)], 271)).toBe(171);
    expect(partitionsWithoutLease([], 271)).toBe(271);
  });

  test('is never negative while a lease changes hands', () => {
    expect(partitionsWithoutLease([seen(271), seen(136)], 271)).toBe(0);
  });
});
