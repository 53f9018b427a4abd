import { NearscoreError } from '@nearscore/errors';
import { CHECKPOINT_INTERVAL_MS, FollowerRig, turn } from '../../../../test/fixtures/journal/follower-rig';
import { type Operation } from '../../../../test/fixtures/journal/journal-grid';

const keysOf = (object: object): number => Object.keys(object).length;

describe('failures', () => {
  it('reads the same events again when storing failed, and the checkpoint stays', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    await rig.failNext('store');
    await rig.pass(40, 10);
    expect(rig.predictions()).toEqual({});
    rig.clock.advance(CHECKPOINT_INTERVAL_MS);
    expect(rig.checkpoint()).toBeUndefined();
    await rig.pass(CHECKPOINT_INTERVAL_MS);
    expect(keysOf(rig.predictions())).toBe(5);
    expect(rig.checkpoint()).toBe(5);
    expect(rig.handled).toHaveLength(10);
    expect(rig.status.progress).toMatchObject({ rewinds: 1, stored: 5 });
  });

  it('sends what it asks for after a pause at once, not with the next checkpoint', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 5);
    await rig.failNext('store');
    rig.clock.advance(50);
    expect(rig.grid.find('subscribe')).toBeDefined();
  });

  it('reads the same events again when the handler rejected', async () => {
    const rig = await new FollowerRig().following();
    rig.handlerError = new Error('the model is gone');
    rig.put(0, 3);
    await rig.settle();
    expect(rig.predictions()).toEqual({});
    expect(rig.news).toMatchObject([{ kind: 'rewind', error: { code: 'BATCH_FAILED', message: 'the model is gone' } }]);
    await rig.pass(100);
    expect(keysOf(rig.predictions())).toBe(3);
  });

  it('pauses longer from failure to failure, and short again after a success', async () => {
    const rig = await new FollowerRig().following();
    rig.put(0, 1);
    const pauses: number[] = [];
    for (let failure = 0; failure < 8; failure++) {
      await rig.failNext('store');
      const before = rig.clock.now();
      while (!rig.grid.find('subscribe')) rig.clock.advance(10);
      pauses.push(rig.clock.now() - before);
    }
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
    await rig.settle();
    rig.put(1, 2);
    await rig.failNext('store');
    rig.clock.advance(50);
    expect(rig.grid.find('subscribe')).toBeDefined();
  });

  it('asks for fewer records after an answer that was too large', async () => {
    const rig = await new FollowerRig({ maxBatch: 64 }).following();
    rig.put(0, 64);
    rig.grid.fail(await rig.until('read'), new NearscoreError('WIRE_MESSAGE_TOO_LARGE', 'too large'));
    rig.clock.advance(50);
    rig.grid.answer(await rig.until('read'));
    // Its predictions, then its records.
    rig.grid.answer(await rig.until('look-up'));
    rig.grid.answer(await rig.until('look-up'));
    await turn();
    expect(rig.handled).toHaveLength(32);
  });
});

describe('a full reading that was all there was', () => {
  it('leaves nothing unscored once the journal was asked', async () => {
    const rig = await new FollowerRig({ maxBatch: 4 }).following();
    rig.put(0, 4);
    await rig.settle();
    await rig.pass(1_000, 1_000);
    expect(rig.status.unscored).toBe(0);
    rig.grid.flush();
    await rig.settle();
    expect(rig.status).toMatchObject({ unscored: 0, oldestUnscoredMs: 0 });
  });
});

describe('a question about the backlog that fails', () => {
  /** A full reading makes `status` ask how far the journal has grown. */
  async function storingWithQuestion(): Promise<{ rig: FollowerRig; store: Operation; question: Operation }> {
    const rig = await new FollowerRig({ maxBatch: 4 }).following();
    rig.put(0, 12);
    const store = await rig.until('store');
    rig.follower.status();
    rig.grid.flush();
    const question = rig.grid.find('subscribe');
    if (!question) throw new Error('status asked nothing');
    return { rig, store, question };
  }

  it('does not free the follower to read again while its predictions are on their way', async () => {
    const { rig, store, question } = await storingWithQuestion();
    rig.grid.fail(question);
    rig.clock.advance(5_000);
    expect(rig.grid.sent.filter(({ name }) => name !== 'replace')).toEqual([store]);
    rig.grid.answer(store);
    await rig.settle();
    expect(keysOf(rig.predictions())).toBe(12);
    expect(rig.status.progress.rewinds).toBe(0);
  });

  it('costs nothing but one pause when everything fails together', async () => {
    const { rig, store, question } = await storingWithQuestion();
    rig.grid.fail(question);
    rig.grid.fail(store);
    expect(rig.status.progress.rewinds).toBe(1);
    await rig.pass(200);
    expect(keysOf(rig.predictions())).toBe(12);
    expect(rig.status.progress.rewinds).toBe(1);
  });
});
