import { FollowerRig, LEASE_MS, STREAM } from '../../../../test/fixtures/journal/follower-rig';
import { type PartitionTenure } from './partition-tenure';

const tenureOf = (rig: FollowerRig) => rig.follower.tenureOf(STREAM.name, 0) as PartitionTenure;

describe('a tenure', () => {
  it('has stored what is acknowledged, and not what is on its way', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 2);
    const store = await rig.until('store');
    const tenure = tenureOf(rig);
    expect([0, 1].map((sequence) => tenure.hasStored(sequence))).toEqual([false, false]);
    rig.grid.answer(store);
    await rig.settle();
    expect([0, 1, 2].map((sequence) => tenure.hasStored(sequence))).toEqual([true, true, false]);
    expect(tenureOf(rig)).toBe(tenure);
  });

  it('says so only while the lane may write', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    await rig.settle();
    const tenure = tenureOf(rig);
    // No renewal is answered meanwhile.
    rig.clock.advance(LEASE_MS);
    expect([tenure.isOver, tenure.hasStored(0)]).toEqual([false, false]);
    await rig.pass(LEASE_MS);
    expect([tenure.isOver, tenure.hasStored(0)]).toEqual([false, true]);
  });

  it('is over when the partition is given up, and another one when it is taken up again', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    await rig.settle();
    const tenure = tenureOf(rig);
    rig.follower.follow([STREAM], []);
    await rig.settle();
    expect([tenure.isOver, tenure.hasStored(0)]).toEqual([true, false]);
    expect(rig.follower.tenureOf(STREAM.name, 0)).toBeUndefined();
    await rig.following();
    rig.put(1, 2);
    await rig.settle();
    expect(tenureOf(rig).hasStored(1)).toBe(true);
    expect([tenure.isOver, tenure.hasStored(0)]).toEqual([true, false]);
  });

  it('is over when another lane has taken the lease', async () => {
    const rig = await new FollowerRig().following();
    const tenure = tenureOf(rig);
    rig.leaveCheckpoint(0);
    await rig.pass(LEASE_MS);
    expect(tenure.isOver).toBe(true);
    expect(tenureOf(rig)).not.toBe(tenure);
  });
});
