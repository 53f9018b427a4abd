import { FollowerRig, LEASE_MS, STREAM, turn } from '../../../../test/fixtures/journal/follower-rig';
import { BROKEN } from '../../../../test/fixtures/journal/journal-grid';
import { encodePartitionEntry } from './partition-entry.codec';

interface Settling {
  isSettled: boolean;
}

function watch(rig: FollowerRig): Settling {
  const settling = { isSettled: false };
  void rig.follower.settled().then(() => (settling.isSettled = true));
  return settling;
}

/** A rig whose handler waits in `k0` of partition 0. */
async function rigAtWork(): Promise<{ rig: FollowerRig; open: () => void }> {
  const rig = await new FollowerRig().following(0, 1);
  let open = (): void => undefined;
  rig.gate = new Promise((resolve) => (open = resolve));
  rig.put(0, 1);
  await rig.settle();
  return { rig, open };
}

describe('everything handed over is settled', () => {
  it('at once when nothing is in flight', async () => {
    const rig = await new FollowerRig().following(0, 1);
    await rig.follower.settled();
    rig.put(0, 3);
    await rig.settle();
    await rig.follower.settled();
    expect(rig.status.progress.stored).toBe(3);
  });

  it('when what was collected is scored and stored, not before', async () => {
    const { rig, open } = await rigAtWork();
    const settling = watch(rig);
    await turn();
    expect(settling.isSettled).toBe(false);
    open();
    const store = await rig.until('store');
    expect(settling.isSettled).toBe(false);
    rig.grid.answer(store);
    await turn();
    expect(settling.isSettled).toBe(true);
    expect(rig.predictions()).toEqual({ k0: 'v0' });
  });

  it('when what is being stored is acknowledged, though the next batch is on its way', async () => {
    const rig = await new FollowerRig().following(0, 1);
    rig.put(0, 1);
    const store = await rig.until('store');
    const settling = watch(rig);
    rig.grid.log(1).put('k1', 'v1');
    rig.gate = new Promise(() => undefined);
    rig.grid.answer(store);
    await rig.settle();
    expect(settling.isSettled).toBe(true);
    expect(rig.predictions(1)).toEqual({});
  });

  it('when a store has failed and its events are to be read again', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    const store = await rig.until('store');
    const settling = watch(rig);
    rig.grid.fail(store);
    await turn();
    expect(settling.isSettled).toBe(true);
    expect(rig.predictions()).toEqual({});
  });

  it('when the handler has failed', async () => {
    const { rig, open } = await rigAtWork();
    rig.handlerError = new Error('as the test wants');
    const settling = watch(rig);
    open();
    await turn();
    expect(settling.isSettled).toBe(true);
  });

  it('when the handler is through, also if its partitions were lost meanwhile', async () => {
    const { rig, open } = await rigAtWork();
    const settling = watch(rig);
    rig.follower.ownersChanged([0]);
    await rig.settle();
    expect(settling.isSettled).toBe(false);
    open();
    await turn();
    expect(settling.isSettled).toBe(true);
  });

  it('when its rows are parked, and when parking them has failed', async () => {
    const rig = await new FollowerRig().following();
    rig.grid.log(0).put('k0', 'bad');
    await rig.settle();
    const failing = watch(rig);
    await turn();
    expect(failing.isSettled).toBe(false);
    rig.parkings.shift()?.done(BROKEN);
    await turn();
    expect(failing.isSettled).toBe(true);
    await rig.pass(100);
    const parking = watch(rig);
    await turn();
    expect(parking.isSettled).toBe(false);
    rig.parkings.shift()?.done();
    await turn();
    expect(parking.isSettled).toBe(true);
  });

  it('when a partition that is given up has finished', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    const store = await rig.until('store');
    rig.follower.follow([STREAM], []);
    const settling = watch(rig);
    await turn();
    expect(settling.isSettled).toBe(false);
    rig.grid.answer(store);
    await turn();
    expect(settling.isSettled).toBe(true);
  });

  it('when a partition whose predictions are on their way is lost to another lane', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    rig.grid.apply(await rig.until('store'));
    const settling = watch(rig);
    await turn();
    expect(settling.isSettled).toBe(false);
    const streams = new Map([[STREAM.name, { next: 0, incarnation: 1 }]]);
    const taken = { writes: 9, epoch: 7, holder: 'another', leaseMs: LEASE_MS, suspicions: 0, streams };
    rig.grid.checkpoints.set(0, encodePartitionEntry(taken, 0));
    rig.clock.advance(LEASE_MS / 2);
    const renewal = rig.grid.find('replace');
    if (renewal) rig.grid.answer(renewal);
    const look = rig.grid.find('load');
    if (look) rig.grid.answer(look);
    await turn();
    expect(rig.leaseNews).toContainEqual({ kind: 'lease-lost', to: 'another' });
    expect(settling.isSettled).toBe(true);
  });
});
