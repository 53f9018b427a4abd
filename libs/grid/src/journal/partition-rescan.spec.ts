import { NearscoreError } from '@nearscore/errors';
import { CHECKPOINT_INTERVAL_MS, FollowerRig, STREAM } from '../../../../test/fixtures/journal/follower-rig';
import { BROKEN } from '../../../../test/fixtures/journal/journal-grid';

const PARTITION = 0;

const keysOf = (object: object): number => Object.keys(object).length;

describe('a journal that went on without its reader', () => {
  it('overflow: scores the partition from the map before the checkpoint moves, and counts what was lost', async () => {
    const rig = new FollowerRig({ capacity: 5 });
    rig.leaveCheckpoint(4);
    rig.put(0, 30);
    rig.follower.follow([STREAM], [PARTITION]);
    const scan = await rig.until('scan');
    rig.clock.advance(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBe(4);
    rig.grid.answer(scan);
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(keysOf(rig.predictions())).toBe(30);
    expect(rig.checkpoint()).toBe(30);
    expect(rig.news).toEqual([{ kind: 'rescan', reason: 'overflow', lost: 21 }, { kind: 'rescanned' }]);
    expect(rig.status.progress).toMatchObject({ lost: 21, rescanned: 30 });
    expect(rig.status.progress.rescans).toEqual(new Map([['overflow', 1]]));
  });

  it('overflow while reading: noticed by the answer that begins too late', async () => {
    const rig = await new FollowerRig({ capacity: 5 }).following();
    rig.put(0, 12);
    await rig.settle();
    expect(rig.news[0]).toEqual({ kind: 'rescan', reason: 'overflow', lost: 7 });
    expect(keysOf(rig.predictions())).toBe(12);
  });

  it('reset while reading: noticed by the sequence that steps back', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 10);
    await rig.settle();
    rig.grid.log(PARTITION).reset();
    rig.put(0, 3, 'new');
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.news[0]).toEqual({ kind: 'rescan', reason: 'reset', lost: 0 });
    expect(rig.predictions()).toEqual({ k0: 'new0', k1: 'new1', k2: 'new2' });
    expect(rig.checkpoint()).toBe(3);
  });

  it('reset while nobody read: noticed by the tail below the checkpoint', async () => {
    const rig = new FollowerRig();
    rig.leaveCheckpoint(500);
    rig.grid.predictionsOf(PARTITION).set('k9', { sequence: 499, epoch: 1, value: 'of a record that is gone' });
    rig.put(0, 3);
    await rig.following();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.news[0]).toEqual({ kind: 'rescan', reason: 'reset', lost: 0 });
    expect(rig.predictions()).toEqual({ k0: 'v0', k1: 'v1', k2: 'v2' });
    expect(rig.checkpoint()).toBe(3);
  });

  it('map destroyed: noticed by what the member says, even if the new journal is already longer', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    await rig.settle();
    const poll = await rig.until('read');
    rig.grid.log(PARTITION).reset();
    rig.put(10, 30, 'new');
    rig.grid.fail(poll, new NearscoreError('MAP_DESTROYED', 'destroyed', { retriable: true }));
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.predictions()).toEqual(Object.fromEntries(rig.grid.log(PARTITION).entries));
    expect(keysOf(rig.predictions())).toBe(20);
    expect(rig.status.progress.rescans).toEqual(new Map([['reset', 1]]));
  });

  it('begins the scan anew when it fails, and counts what was lost once', async () => {
    const rig = new FollowerRig({ capacity: 5, maxBatch: 4 });
    rig.leaveCheckpoint(0);
    rig.put(0, 20);
    rig.follower.follow([STREAM], [PARTITION]);
    rig.grid.answer(await rig.until('scan'));
    rig.grid.answer(await rig.until('store'));
    await rig.failNext('scan');
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(keysOf(rig.predictions())).toBe(20);
    expect(rig.status.progress.lost).toBe(15);
    expect(rig.checkpoint()).toBe(20);
  });

  it('reads what was written during the scan from the journal', async () => {
    const rig = new FollowerRig({ capacity: 5, maxBatch: 4 });
    rig.leaveCheckpoint(0);
    rig.put(0, 20);
    rig.follower.follow([STREAM], [PARTITION]);
    rig.grid.answer(await rig.until('scan'));
    rig.grid.log(PARTITION).put('k0', 'changed behind the scan');
    rig.grid.log(PARTITION).remove('k1');
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(rig.predictions()).toEqual(Object.fromEntries(rig.grid.log(PARTITION).entries));
    expect(rig.news.filter(({ kind }) => kind === 'rescan')).toHaveLength(1);
  });

  it('sends the scan whose turn comes when a connection ends, at once', async () => {
    const rig = new FollowerRig({ capacity: 2, maxScans: 1 });
    for (let n = 0; n < 20; n++) rig.grid.log(n % 2).put(`k${n}`, `v${n}`);
    rig.follower.follow([STREAM], [0, 1]);
    const first = await rig.until('scan');
    // The other partition waits for its turn.
    for (let one = rig.grid.find('subscribe'); one; one = rig.grid.find('subscribe')) rig.grid.answer(one);
    rig.grid.sent = [];
    first.fail(BROKEN);
    expect(rig.grid.find('scan')).toMatchObject({ partition: 1 - first.partition });
  });

  it('scans few partitions at a time, and passes the turn on when a scan fails', async () => {
    const rig = new FollowerRig({ capacity: 2, maxScans: 1 });
    for (let n = 0; n < 30; n++) rig.grid.log(n % 3).put(`k${n}`, `v${n}`);
    rig.follower.follow([STREAM], [0, 1, 2]);
    const first = await rig.until('scan');
    expect(rig.grid.sent.filter(({ name }) => name === 'scan')).toHaveLength(1);
    rig.grid.fail(first);
    const second = await rig.until('scan');
    expect(second.partition).not.toBe(first.partition);
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    for (let partition = 0; partition < 3; partition++) expect(keysOf(rig.predictions(partition))).toBe(10);
  });
});
