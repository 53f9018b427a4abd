import { type LaneActivity, LanePulse, noteOf } from './lane-pulse';

const run: LaneActivity = { stage: 'run', stream: 'fraud', model: 'mlp', version: 3 };
const load: LaneActivity = { ...run, stage: 'load', version: 4 };

/** The same memory as its lane and the main thread have it. */
function setUp(): { lane: LanePulse; main: LanePulse } {
  const main = new LanePulse();
  return { main, lane: new LanePulse(main.buffer) };
}

describe('LanePulse', () => {
  it('counts the turns of the lane', () => {
    const { lane, main } = setUp();
    expect(main.turns).toBe(0);
    lane.turn();
    lane.turn();
    expect(main.turns).toBe(2);
  });

  it('names what the lane is doing, while it does', async () => {
    const { lane, main } = setUp();
    const result = await lane.during(noteOf(run), () => Promise.resolve(main.activity));
    expect(result).toEqual(run);
    expect(main.activity).toBeUndefined();
    await expect(lane.during(noteOf(run), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(main.activity).toBeUndefined();
  });

  it('names the load again after a batch that came between', async () => {
    const { lane, main } = setUp();
    let loaded = (): void => undefined;
    const loading = lane.during(noteOf(load), () => new Promise<void>((resolve) => (loaded = resolve)));
    await lane.during(noteOf(run), () => Promise.resolve(expect(main.activity).toEqual(run)));
    expect(main.activity).toEqual(load);
    loaded();
    await loading;
    expect(main.activity).toBeUndefined();
  });

  it('is not put out by a note that is half written', async () => {
    const { lane, main } = setUp();
    await lane.during(noteOf(run), () => {
      new Uint8Array(main.buffer, 8).set(new TextEncoder().encode('{"stage":"load","str{"'));
      return Promise.resolve(expect(main.activity).toBeUndefined());
    });
  });

  it('has room for the longest names', async () => {
    const { lane, main } = setUp();
    const name = 'n'.repeat(64);
    const longest: LaneActivity = { stage: 'load', stream: name, model: name, version: 2_147_483_647 };
    await lane.during(noteOf(longest), () => Promise.resolve(expect(main.activity).toEqual(longest)));
  });
});
