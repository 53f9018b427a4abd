import { CHECKPOINT_INTERVAL_MS, FollowerRig, LEASE_MS, STREAM } from '../../../../test/fixtures/journal/follower-rig';
import { marginOf } from './lease-terms';
import { decodePartitionEntry, encodePartitionEntry, type PartitionEntry } from './partition-entry.codec';

const PARTITION = 0;

const entryOf = (rig: FollowerRig): PartitionEntry => {
  const data = rig.grid.checkpoints.get(PARTITION);
  if (!data) throw new Error('there is no entry');
  return decodePartitionEntry(data);
};

/** Another lane holds the partition, and writes its entry once more. */
function heldByAnother(rig: FollowerRig, writes: number, leaseMs = LEASE_MS, suspicions = 0): void {
  const streams = new Map([[STREAM.name, { next: 0, incarnation: 1 }]]);
  const entry = { writes, epoch: 7, holder: 'another', leaseMs, suspicions, streams };
  rig.grid.checkpoints.set(PARTITION, encodePartitionEntry(entry, 0));
}

describe('taking a lease', () => {
  it('takes a partition that nobody ever held, and scores it', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    await rig.following();
    expect(entryOf(rig)).toMatchObject({ holder: 'rig', epoch: 1, leaseMs: LEASE_MS });
    expect(rig.follower.leases()).toEqual({ held: 1, waiting: 0, takeovers: 0, lost: 0, fenced: 0 });
    expect(rig.handled).toEqual(['k0', 'k1']);
  });

  it('waits for as long as the holder renews, however long that is', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    heldByAnother(rig, 1);
    await rig.following();
    for (let writes = 2; writes < 12; writes++) {
      await rig.pass(LEASE_MS - 200);
      heldByAnother(rig, writes);
    }
    expect(rig.handled).toEqual([]);
    expect(rig.follower.leases()).toMatchObject({ held: 0, waiting: 1 });
  });

  it('takes over what was not renewed for the time that the holder was given, by its own clock', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    heldByAnother(rig, 1, 3_000);
    await rig.following();
    await rig.pass(2_900);
    expect(rig.handled).toEqual([]);
    await rig.pass(200);
    expect(rig.handled).toEqual(['k0', 'k1']);
    expect(entryOf(rig)).toMatchObject({ holder: 'rig', epoch: 8 });
    expect(rig.leaseNews[0]).toEqual({ kind: 'lease-taken', epoch: 8, from: 'another' });
    expect(rig.follower.leases()).toMatchObject({ held: 1, takeovers: 1 });
  });

  it('lets the faster one have it when two contend', async () => {
    const rig = new FollowerRig();
    rig.follower.follow([STREAM], [PARTITION]);
    const create = await rig.until('create');
    heldByAnother(rig, 1);
    rig.grid.answer(create);
    await rig.settle();
    expect(entryOf(rig)).toMatchObject({ holder: 'another' });
    expect(rig.follower.leases()).toMatchObject({ held: 0, waiting: 1 });
  });

  it('knows its own entry when the answer to a takeover was lost', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    rig.follower.follow([STREAM], [PARTITION]);
    const create = await rig.until('create');
    rig.grid.apply(create);
    rig.grid.fail(create);
    await rig.pass(500);
    expect(rig.handled).toEqual(['k0', 'k1']);
    expect(entryOf(rig)).toMatchObject({ holder: 'rig' });
  });

  it('takes nothing by an answer that came after the lease was over', async () => {
    const rig = new FollowerRig();
    rig.put(0, 2);
    rig.follower.follow([STREAM], [PARTITION]);
    const create = await rig.until('create');
    rig.grid.apply(create);
    rig.clock.advance(LEASE_MS);
    heldByAnother(rig, 2);
    rig.grid.answer(create);
    await rig.settle();
    expect(rig.handled).toEqual([]);
    expect(rig.follower.leases()).toMatchObject({ held: 0, lost: 0 });
  });
});

describe('holding a lease', () => {
  it('renews it while nothing happens', async () => {
    const rig = await new FollowerRig().following();
    const { writes } = entryOf(rig);
    await rig.pass(4 * LEASE_MS);
    expect(entryOf(rig).writes).toBeGreaterThanOrEqual(writes + 7);
    expect(rig.follower.leases()).toMatchObject({ held: 1, lost: 0 });
  });

  it('writes no prediction when the lease is nearly over, and goes on when it is renewed', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 2);
    let open = (): void => undefined;
    rig.gate = new Promise((resolve) => (open = resolve));
    await rig.until('read').catch(() => undefined);
    rig.clock.advance(0);
    // Renewals stay unanswered: by its own clock the lane has nothing any more.
    const end = LEASE_MS - marginOf(LEASE_MS);
    for (let passed = 0; passed < end; passed += 500) rig.clock.advance(500);
    open();
    rig.gate = undefined;
    await rig.settle();
    expect(rig.leaseNews).toContainEqual({ kind: 'lease-lapsed' });
    await rig.pass(5_000);
    expect(rig.predictions()).toEqual({ k0: 'v0', k1: 'v1' });
    expect(rig.follower.leases()).toMatchObject({ held: 1, lost: 0, fenced: 1 });
  });

  it('gives up at once when another has taken it, and waits for it again', async () => {
    const rig = await new FollowerRig().following();
    heldByAnother(rig, 50, 2_000);
    await rig.pass(CHECKPOINT_INTERVAL_MS * 3);
    expect(rig.leaseNews).toContainEqual({ kind: 'lease-lost', to: 'another' });
    expect(rig.follower.leases()).toMatchObject({ lost: 1 });
    rig.put(0, 1);
    await rig.pass(3_000);
    expect(rig.handled).toEqual(['k0']);
    expect(entryOf(rig)).toMatchObject({ holder: 'rig', epoch: 8 });
  });

  it('begins anew when the grid was emptied', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 3);
    await rig.settle();
    rig.grid.checkpoints.clear();
    rig.grid.predictionsOf(PARTITION).clear();
    rig.grid.log(PARTITION).reset();
    rig.put(5, 7, 'new');
    await rig.pass(5_000);
    expect(rig.leaseNews).toContainEqual({ kind: 'lease-lost', to: null });
    expect(rig.predictions()).toEqual({ k5: 'new5', k6: 'new6' });
  });
});

describe('giving a lease back', () => {
  it('names nobody, with the last checkpoint', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 3);
    await rig.settle();
    const stop = rig.follower.stop();
    await rig.settle();
    await stop;
    expect(entryOf(rig)).toMatchObject({ holder: null, epoch: 1 });
    expect(rig.checkpoint()).toBe(3);
  });

  it('does not wait for ever for a grid that does not answer', async () => {
    const rig = await new FollowerRig().following();
    let stopped = false;
    void rig.follower.stop().then(() => (stopped = true));
    for (let passed = 0; passed < LEASE_MS * 2; passed += 100) {
      for (const operation of [...rig.grid.sent]) rig.grid.fail(operation);
      rig.clock.advance(100);
      await Promise.resolve();
    }
    expect(stopped).toBe(true);
  });
});

describe('a lane that was stopped between looking at its lease and writing', () => {
  it('says so, and the holder looks the partition through', async () => {
    const holder = new FollowerRig();
    holder.put(0, 2);
    await holder.following();
    // A late write of somebody else: a prediction goes back, and no journal tells.
    holder.grid.predictionsOf(PARTITION).set('k1', { sequence: 0, epoch: 1, value: 'stale' });
    holder.grid.checkpoints.set(PARTITION, encodePartitionEntry({ ...entryOf(holder), writes: 99, suspicions: 1 }, 0));
    await holder.pass(10_000);
    expect(holder.leaseNews).toContainEqual({ kind: 'suspected', suspicions: 1 });
    expect(holder.predictions()).toEqual({ k0: 'v0', k1: 'v1' });
    expect(holder.status.progress).toMatchObject({ repaired: 1 });
    expect(entryOf(holder)).toMatchObject({ suspicions: 0, holder: 'rig' });
  });
});
