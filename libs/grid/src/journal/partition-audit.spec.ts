import { FollowerRig, UNSCORABLE } from '../../../../test/fixtures/journal/follower-rig';

const PARTITION = 0;
const AUDIT_MS = 10_000;

async function scored(): Promise<FollowerRig> {
  const rig = await new FollowerRig({ auditIntervalMs: AUDIT_MS }).following();
  rig.put(0, 5);
  await rig.settle();
  return rig;
}

const repairs = (rig: FollowerRig): unknown[] => rig.news.filter(({ kind }) => kind === 'repair' || kind === 'rescan');

describe('an audit', () => {
  it('finds nothing where nothing is wrong, and writes nothing', async () => {
    const rig = await scored();
    await rig.pass(3 * AUDIT_MS);
    expect(repairs(rig)).toEqual([]);
    expect(rig.status.progress).toMatchObject({ stored: 5, repaired: 0, rescanned: 0 });
  });

  it.each([
    ['is missing', (rig: FollowerRig) => rig.grid.predictionsOf(PARTITION).delete('k2')],
    [
      'is of another record',
      (rig: FollowerRig) => rig.grid.predictionsOf(PARTITION).set('k2', { sequence: 2, epoch: 1, value: 'x' }),
    ],
    [
      'has no record',
      (rig: FollowerRig) => rig.grid.predictionsOf(PARTITION).set('k9', { sequence: 2, epoch: 1, value: 'x' }),
    ],
  ])('repairs a prediction that %s, and says so', async (_, harm) => {
    const rig = await scored();
    harm(rig);
    await rig.pass(2 * AUDIT_MS);
    expect(rig.predictions()).toEqual(Object.fromEntries(rig.grid.log(PARTITION).entries));
    expect(rig.status.progress.repaired).toBe(1);
    expect(rig.status.progress.rescans).toEqual(new Map([['repair', 1]]));
  });

  it('finds a record that came without an event, as by a merge after a split', async () => {
    const rig = await scored();
    rig.grid.log(PARTITION).entries.set('k7', 'merged');
    rig.follower.auditSoon();
    await rig.pass(2_000);
    expect(rig.predictions()).toMatchObject({ k7: 'merged' });
  });

  it('does not take a parked record for a forgotten one', async () => {
    const rig = await scored();
    rig.grid.log(PARTITION).put('k6', `${UNSCORABLE}6`);
    await rig.settle();
    rig.parkings[0]?.done();
    await rig.pass(3 * AUDIT_MS);
    expect(repairs(rig)).toEqual([]);
    expect(rig.parkings).toHaveLength(1);
  });

  it('lets records be that changed while it looked', async () => {
    const rig = await scored();
    rig.follower.auditSoon();
    rig.clock.advance(0);
    rig.grid.answer(await rig.until('scan'));
    // Its prediction was read; the record changes before it is.
    const records = await rig.until('scan');
    rig.put(1, 2, 'changed');
    rig.grid.answer(records);
    await rig.pass(2_000);
    expect(rig.predictions()).toMatchObject({ k1: 'changed1' });
    expect(repairs(rig)).toEqual([]);
  });
});
