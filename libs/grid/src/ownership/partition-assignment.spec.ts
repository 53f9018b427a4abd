import * as fc from 'fast-check';
import { assignAll, assignPartitions, type LiveNode } from './partition-assignment';

const MEMBERS = ['m0', 'm1', 'm2', 'm3'];
const NODE_IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

const ownersArb = fc.array(fc.constantFrom(...MEMBERS), { minLength: 1, maxLength: 300 });
const nodesArb = fc
  .uniqueArray(fc.constantFrom(...NODE_IDS), { minLength: 1 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) => fc.record({ id: fc.constant(id), memberUuid: fc.option(fc.constantFrom(...MEMBERS)) })),
    ),
  )
  .map((nodes): LiveNode[] => nodes);

const membersOf = (nodes: readonly LiveNode[]): Set<string | null> =>
  new Set(nodes.map(({ memberUuid }) => memberUuid));

function loads(assigned: readonly (string | undefined)[]): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const id of assigned) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

describe('assignment of partitions to nodes', () => {
  it('gives every partition to exactly one node', () => {
    fc.assert(
      fc.property(ownersArb, nodesArb, (owners, nodes) => {
        const served = nodes.flatMap(({ id }) => assignPartitions(owners, nodes, id));
        expect(served.sort((a, b) => a - b)).toEqual(owners.map((_, partition) => partition));
      }),
    );
  });

  it('keeps partitions beside their owner where there is a node', () => {
    fc.assert(
      fc.property(ownersArb, nodesArb, (owners, nodes) => {
        const memberOf = new Map(nodes.map(({ id, memberUuid }) => [id, memberUuid]));
        assignAll(owners, nodes).forEach((id, partition) => {
          const owner = owners[partition] as string;
          if (membersOf(nodes).has(owner)) expect(memberOf.get(id as string)).toBe(owner);
        });
      }),
    );
  });

  it('does not depend on the order of the nodes', () => {
    fc.assert(
      fc.property(ownersArb, nodesArb, (owners, nodes) => {
        expect(assignAll(owners, [...nodes].reverse())).toEqual(assignAll(owners, nodes));
      }),
    );
  });

  it('moves only what a coming or going node gets or had, among members that have nodes', () => {
    fc.assert(
      fc.property(ownersArb, nodesArb, fc.constantFrom(...MEMBERS), (owners, nodes, memberUuid) => {
        const coming = { id: 'new', memberUuid };
        const before = assignAll(owners, nodes);
        const after = assignAll(owners, [...nodes, coming]);
        owners.forEach((owner, partition) => {
          if (membersOf(nodes).has(owner)) expect([before[partition], 'new']).toContain(after[partition]);
        });
      }),
    );
  });

  it('gives the partitions of members without a node to those with less than an even share', () => {
    fc.assert(
      fc.property(ownersArb, nodesArb, (owners, nodes) => {
        const evenShare = Math.ceil(owners.length / nodes.length);
        const assigned = assignAll(owners, nodes);
        const all = loads(assigned);
        const besideOwner = loads(assigned.filter((_, partition) => membersOf(nodes).has(owners[partition] as string)));
        for (const { id } of nodes) {
          expect(all.get(id) ?? 0).toBeLessThanOrEqual(Math.max(evenShare, besideOwner.get(id) ?? 0));
        }
      }),
    );
  });

  it('shares evenly enough among the nodes of one member', () => {
    const owners = new Array<string>(271).fill('m0');
    const nodes = ['host-8100', 'host-8101', 'host-8102'].map((id) => ({ id, memberUuid: 'm0' }));
    for (const count of loads(assignAll(owners, nodes)).values()) expect(Math.abs(count - 90)).toBeLessThan(30);
  });

  it('gives partitions without an owner to nobody, and nothing to nobody', () => {
    expect(assignAll([undefined, 'm0'], [{ id: 'a', memberUuid: null }])).toEqual([undefined, 'a']);
    expect(assignAll(['m0'], [])).toEqual([undefined]);
  });
});
