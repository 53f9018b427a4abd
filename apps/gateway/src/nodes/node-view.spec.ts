import { type PartitionTable } from '@nearscore/grid';
import { type NodeEntry } from '@nearscore/registry';
import { toMemberViews, toNodeView } from './node-view';

const node: NodeEntry = {
  ...{ id: 'n1', host: '::1', port: 8100, memberUuid: 'm1', ready: true, serving: true, softwareVersion: '0.1.0' },
  lanes: [
    { lane: 0, partitions: 2, leases: 2 },
    { lane: 1, partitions: 1, leases: 0 },
  ],
  leases: { held: 2, waiting: 1, takeovers: 4, lost: 0, fenced: 5 },
  ...{ recordsRead: 8, recordsReadFromOwnMember: 6, streams: [], startedAt: 0, beats: 1, heartbeatAt: 1000 },
};
const members = [
  { uuid: 'm1', host: '127.0.0.1', port: 5701, version: '5.7.0' },
  { uuid: 'm2', host: '127.0.0.1', port: 5702, version: '5.7.0' },
];
const owners = ['m1', 'm1', undefined, 'm2', 'gone'];
const partitions = { count: () => owners.length, ownerOf: (index: number) => owners[index] } as PartitionTable;

const seen = (entry: NodeEntry, living = true) => ({ entry, living, beatAtMs: 0 });

test('members own partitions', () => {
  expect(toMemberViews(members, partitions)).toMatchObject([
    { uuid: 'm1', address: '127.0.0.1:5701', partitions: 2 },
    { uuid: 'm2', partitions: 1 },
  ]);
});

test('a node stands beside its member', () => {
  expect(toNodeView(seen(node), toMemberViews(members, partitions))).toMatchObject({
    ...{ id: 'n1', address: '[::1]:8100', partitions: 3, locality: 0.75, heartbeatAt: '1970-01-01T00:00:01.000Z' },
    member: { uuid: 'm1', version: '5.7.0' },
  });
});

test('a node whose member left has none, and one that read nothing no locality', () => {
  expect(toNodeView(seen({ ...node, memberUuid: 'gone', recordsRead: 0 }), [])).toMatchObject({
    member: null,
    locality: null,
  });
});

test('a node that is silent is shown as such, with what it said last', () => {
  expect(toNodeView(seen(node, false), [])).toMatchObject({
    ...{ alive: false, ready: true, serving: true, leases: { held: 2, waiting: 1, takeovers: 4, lost: 0, fenced: 5 } },
    lanes: [{ leases: 2 }, { leases: 0 }],
  });
});
