import {
  CHECKPOINT_INTERVAL_MS,
  FollowerRig,
  LEASE_MS,
  STREAM,
  turn,
} from '../../../../test/fixtures/journal/follower-rig';
import { BROKEN } from '../../../../test/fixtures/journal/journal-grid';

const PARTITION = 0;

const keysOf = (object: object): number => Object.keys(object).length;

describe('following', () => {
  it('stores a prediction for every record, in batches across partitions', async () => {
    const rig = new FollowerRig();
    for (let n = 0; n < 30; n++) rig.grid.log(n % 3).put(`k${n}`, `v${n}`);
    await rig.following(0, 1, 2);
    for (let partition = 0; partition < 3; partition++) {
      expect(rig.predictions(partition)).toEqual(Object.fromEntries(rig.grid.log(partition).entries));
    }
    expect(rig.status).toMatchObject({ unscored: 0, oldestUnscoredMs: 0 });
    expect(rig.status.progress).toMatchObject({
      recordsRead: 30,
      recordsReadLocally: 30,
      stored: 30,
      rewinds: 0,
      lost: 0,
    });
  });

  it('gives every prediction the sequence of its event', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 3);
    rig.grid.log(PARTITION).put('k1', 'again');
    await rig.settle();
    const sequences = [...rig.grid.predictionsOf(PARTITION)].map(([key, { sequence }]) => [key, sequence]);
    expect(Object.fromEntries(sequences)).toEqual({ k0: 0, k1: 3, k2: 2 });
  });

  it('writes the checkpoint once per interval, and resumes from it', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 20);
    await rig.settle();
    expect(rig.checkpoint()).toBeUndefined();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(20);

    const next = new FollowerRig();
    next.put(0, 23);
    for (const [key, stored] of rig.grid.predictionsOf(PARTITION)) next.grid.predictionsOf(PARTITION).set(key, stored);
    next.leaveCheckpoint(20);
    await next.following();
    expect(next.handled).toEqual(['k20', 'k21', 'k22']);
  });

  it('leaves a checkpoint that few events have passed to the next renewal of the lease', async () => {
    const rig = await new FollowerRig({ checkpointEvents: 4 }).following();
    rig.put(0, 1);
    await rig.settle();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    rig.put(1, 4);
    await rig.settle();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(1);
    rig.put(4, 5);
    await rig.settle();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(5);
    rig.put(5, 6);
    await rig.settle();
    await rig.pass(LEASE_MS / 2);
    expect(rig.checkpoint()).toBe(6);
  });

  it('begins at the first event when there is no checkpoint and the journal still holds it', async () => {
    const rig = new FollowerRig();
    rig.put(0, 3);
    await rig.following();
    expect(rig.handled).toEqual(['k0', 'k1', 'k2']);
    expect(rig.news).toEqual([]);
  });

  it('scans the partition when there is no checkpoint and the journal has dropped events', async () => {
    const rig = new FollowerRig({ capacity: 4 });
    rig.put(0, 10);
    await rig.following();
    expect(keysOf(rig.predictions())).toBe(10);
    expect(rig.news).toEqual([{ kind: 'rescan', reason: 'unknown-start', lost: 0 }, { kind: 'rescanned' }]);
  });

  it('treats a checkpoint that cannot be read like none, and says so', async () => {
    const rig = new FollowerRig({ capacity: 4 });
    rig.put(0, 10);
    rig.grid.checkpoints.set(PARTITION, Buffer.from('not a checkpoint'));
    await rig.following();
    expect(rig.unreadable).toEqual([PARTITION]);
    expect(keysOf(rig.predictions())).toBe(10);
  });

  it('asks for the checkpoint again when it could not be read', async () => {
    const rig = new FollowerRig();
    rig.put(0, 3);
    rig.follower.follow([STREAM], [PARTITION]);
    await rig.failNext('load');
    await rig.pass(200);
    expect(keysOf(rig.predictions())).toBe(3);
  });
});

describe('removals', () => {
  it('removes the prediction of a removed record', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 3);
    await rig.settle();
    rig.grid.log(PARTITION).remove('k1');
    await rig.settle();
    expect(rig.predictions()).toEqual({ k0: 'v0', k2: 'v2' });
    expect(rig.status.progress).toMatchObject({ stored: 3, removed: 1 });
  });

  it.each([
    ['put, removed, put again', ['a', null, 'b'], 'b'],
    ['put and removed', ['a', null], undefined],
    ['removed, put, removed', [null, 'a', null], undefined],
  ])('leaves what the last event says of a key: %s in one reading', async (_, values, expected) => {
    const rig = new FollowerRig();
    const log = rig.grid.log(PARTITION);
    log.put('k1', 'first');
    await rig.following();
    // The poll that waits now is answered with all of it.
    for (const value of values) {
      if (value === null) log.remove('k1');
      else log.put('k1', value);
    }
    log.put('k2', 'other');
    await rig.settle();
    expect(rig.predictions()).toEqual({ ...(expected === undefined ? {} : { k1: expected }), k2: 'other' });
  });
});

describe('records that cannot be scored', () => {
  it('are passed only when they are parked', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 2);
    rig.grid.log(PARTITION).put('k2', 'bad');
    await rig.settle();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.predictions()).toEqual({ k0: 'v0', k1: 'v1' });
    expect(rig.checkpoint()).toBe(0);
    expect(rig.parkings).toMatchObject([
      {
        record: {
          stream: 'fraud',
          partition: 0,
          key: Buffer.from('k2'),
          sequence: 2,
          failure: { code: 'TEST_UNSCORABLE' },
        },
      },
    ]);
    rig.parkings[0]?.done();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(3);
    expect(rig.status.progress.parked).toEqual(new Map([['TEST_UNSCORABLE', 1]]));
  });

  it('are read again when parking failed', async () => {
    const rig = await new FollowerRig().following();
    rig.grid.log(PARTITION).put('k0', 'bad');
    await rig.settle();
    rig.parkings[0]?.done(BROKEN);
    await rig.pass(100);
    expect(rig.parkings).toHaveLength(2);
    rig.parkings[1]?.done();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(1);
  });

  it('stop the partition, not the process, when the handler forgot them', async () => {
    const rig = await new FollowerRig().following();
    rig.forgetful = true;
    rig.put(0, 3);
    await rig.settle();
    expect(rig.news).toMatchObject([{ kind: 'rewind', error: { code: 'BATCH_INCOMPLETE' } }]);
    rig.forgetful = false;
    await rig.pass(100);
    expect(keysOf(rig.predictions())).toBe(3);
  });
});

describe('back-pressure', () => {
  it('takes no records while a batch is being scored, and all of them afterwards', async () => {
    let open = (): void => undefined;
    const rig = new FollowerRig({ maxBatch: 4 });
    await rig.following(0, 1, 2, 3);
    rig.gate = new Promise((resolve) => (open = resolve));
    for (let n = 0; n < 16; n++) rig.grid.log(n % 4).put(`k${n}`, `v${n}`);
    await rig.settle();
    expect(rig.status.progress.recordsRead).toBe(4);
    open();
    rig.gate = undefined;
    await rig.settle();
    expect(rig.status.progress).toMatchObject({ recordsRead: 16, stored: 16 });
  });

  it('waits for more records as long as it may linger', async () => {
    const rig = await new FollowerRig({ lingerMs: 20 }).following(0, 1);
    rig.grid.log(0).put('k0', 'v0');
    await rig.settle();
    rig.clock.advance(10);
    rig.grid.log(1).put('k1', 'v1');
    await rig.settle();
    expect(rig.handled).toEqual([]);
    rig.clock.advance(10);
    await rig.settle();
    expect(rig.handled).toEqual(['k0', 'k1']);
    expect([rig.predictions(0), rig.predictions(1)]).toEqual([{ k0: 'v0' }, { k1: 'v1' }]);
  });

  it('tells how long each batch was collected, and nothing of batches that were not', async () => {
    const rig = await new FollowerRig({ lingerMs: 20, maxBatch: 1 }).following(0, 1);
    rig.grid.log(0).put('k0', 'v0');
    await rig.settle();
    // No room for a second record: the first does not linger on.
    rig.grid.log(1).put('k1', 'v1');
    await rig.pass(100, 10);
    expect(rig.handled).toEqual(['k0', 'k1']);
    expect(rig.observed.filter(([stage]) => stage === 'read')).toHaveLength(2);
  });
});

describe('rests of a busy lane', () => {
  const RESTING = { restMs: 50, busyEventsPerSecond: 1, capacity: 1_000 };

  /** Partition 0 of a journal that is known to keep more than it brings, of a lane that is busy. */
  async function busyRig(): Promise<FollowerRig> {
    const rig = await new FollowerRig(RESTING).following();
    for (let n = 0; n < 8; n++) {
      rig.put(4 * n, 4 * (n + 1));
      await rig.pass(500, 50);
      rig.follower.status();
    }
    return rig;
  }

  it('read a partition again only when they are over, and then all that came', async () => {
    const rig = await busyRig();
    rig.put(32, 34);
    await rig.settle();
    const { recordsRead } = rig.status.progress;
    rig.put(34, 36);
    await rig.pass(20, 5);
    rig.put(36, 38);
    await rig.settle();
    expect(rig.status.progress.recordsRead).toBe(recordsRead);
    await rig.pass(50, 5);
    expect(rig.handled.slice(-4)).toEqual(['k34', 'k35', 'k36', 'k37']);
    expect(rig.handled).toHaveLength(38);
  });

  it('are left out while a journal could lose what waits', async () => {
    const rig = await new FollowerRig({ ...RESTING, capacity: 6 }).following();
    for (let n = 0; n < 8; n++) {
      rig.put(4 * n, 4 * (n + 1));
      await rig.settle();
      rig.clock.advance(1);
      rig.follower.status();
    }
    expect(rig.handled).toHaveLength(32);
    expect(rig.status.progress.lost).toBe(0);
  });

  it('end at once when the partition is given up', async () => {
    const rig = await busyRig();
    rig.put(32, 34);
    await rig.settle();
    rig.put(34, 36);
    rig.follower.follow([], []);
    await rig.settle();
    expect(rig.checkpoint(0)).toBe(34);
    await rig.pass(200, 10);
    expect(rig.handled).toHaveLength(34);
  });
});

describe('giving partitions up', () => {
  it('finishes what is in flight and writes the checkpoint', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    const store = await rig.until('store');
    let stopped = false;
    const stop = rig.follower.stop().then(() => (stopped = true));
    await turn();
    expect(stopped).toBe(false);
    rig.grid.answer(store);
    await rig.settle();
    await stop;
    expect(rig.checkpoint()).toBe(5);
    rig.put(5, 8);
    await rig.settle();
    expect(rig.handled).toHaveLength(5);
  });

  it('stops when storing fails at the end, without moving the checkpoint', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    const store = await rig.until('store');
    const stop = rig.follower.stop();
    rig.grid.fail(store);
    await rig.settle();
    await stop;
    expect(rig.checkpoint()).toBeUndefined();
  });

  it('gives up a partition whose checkpoint has not come yet', async () => {
    const rig = new FollowerRig();
    rig.follower.follow([STREAM], [PARTITION]);
    rig.follower.follow([STREAM], []);
    await rig.settle();
    rig.put(0, 1);
    await rig.settle();
    expect(rig.predictions()).toEqual({});
    await rig.following();
    expect(rig.predictions()).toEqual({ k0: 'v0' });
  });

  it('takes a partition back that is still being finished', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    const store = await rig.until('store');
    rig.follower.follow([STREAM], []);
    rig.follower.follow([STREAM], [PARTITION]);
    rig.grid.answer(store);
    await rig.settle();
    rig.put(5, 7);
    await rig.settle();
    expect(rig.handled).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
  });

  it('stops during a scan without calling it done', async () => {
    const rig = new FollowerRig({ capacity: 2, maxBatch: 4 });
    rig.leaveCheckpoint(1);
    rig.put(0, 20);
    rig.follower.follow([STREAM], [PARTITION]);
    rig.grid.answer(await rig.until('scan'));
    const stop = rig.follower.stop();
    await rig.settle();
    await stop;
    expect(rig.checkpoint()).toBe(1);
  });
});
