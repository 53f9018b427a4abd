import { type LaneAssignment, type LaneMember } from '../lane/lane-messages';
import { PartitionDuty } from './partition-duty';

const memberAt = (uuid: string, port: number) => ({ uuid, host: '127.0.0.1', port, version: '5.7.0' });

function setUp(owners: (string | undefined)[]) {
  const table = { owners, members: [memberAt('m0', 5701), memberAt('m1', 5702)] };
  const told: string[] = [];
  const lanes = {
    count: 2,
    tellMembers: (members: readonly LaneMember[]) =>
      void told.push(members.map(({ uuid, own }) => `${uuid}${own ? '*' : ''}`).join(' ')),
    assign: (lane: number, { partitions, owners }: LaneAssignment) =>
      void told.push(`${lane}: ${partitions.join(' ')} of ${owners.join(' ')}`),
  };
  const cluster = {
    partitions: { count: () => table.owners.length, ownerOf: (partition: number) => table.owners[partition] },
    members: () => table.members,
  };
  return { table, told, duty: new PartitionDuty(cluster, 'a', lanes) };
}

const a = { id: 'a', memberUuid: 'm0' };
const b = { id: 'b', memberUuid: 'm1' };

describe('PartitionDuty', () => {
  it('tells the lanes the members first, then their partitions', () => {
    const { duty, told } = setUp(['m0', 'm1', 'm0', 'm0']);
    duty.refresh([a, b], 'm0');
    expect(told).toEqual(['m0* m1', '0: 0 3 of m0 m1 m0 m0', '1: 2 of m0 m1 m0 m0']);
  });

  it('tells only what changed', () => {
    const { duty, told, table } = setUp(['m0', 'm1', 'm0', 'm0']);
    duty.refresh([a, b], 'm0');
    told.length = 0;
    duty.refresh([b, a], 'm0');
    expect(told).toEqual([]);
    table.owners = ['m0', 'm1', 'm1', 'm0'];
    duty.refresh([a, b], 'm0');
    expect(told).toEqual(['0: 0 3 of m0 m1 m1 m0', '1:  of m0 m1 m1 m0']);
  });

  it('tells every lane where a partition lies that none of them follows', () => {
    const { duty, told, table } = setUp(['m0', 'm1', 'm0', 'm0']);
    duty.refresh([a, b], 'm0');
    told.length = 0;
    table.owners = ['m0', undefined, 'm0', 'm0'];
    duty.refresh([a, b], 'm0');
    expect(told).toEqual(['0: 0 3 of m0  m0 m0', '1: 2 of m0  m0 m0']);
  });

  it('serves the partitions of a member whose node is gone, at that member', () => {
    const { duty, told } = setUp(['m0', 'm1', 'm0', 'm0']);
    duty.refresh([a, b], 'm0');
    told.length = 0;
    duty.refresh([a], 'm0');
    expect(told).toEqual(['1: 1 2 of m0 m1 m0 m0']);
  });

  it('leaves partitions alone whose owner is not known', () => {
    const { duty, told } = setUp([undefined, 'm0']);
    duty.refresh([a], 'm0');
    expect(told.slice(1)).toEqual(['0: 1 of  m0', '1:  of  m0']);
  });
});
