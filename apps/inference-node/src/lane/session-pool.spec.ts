import { type ScoringSession } from '@nearscore/inference';
import { type LaneModel } from './lane-messages';
import { SessionPool } from './session-pool';

const modelOf = (version: number, sha256 = `sha-${version}`): LaneModel =>
  ({ model: 'mlp', version, sha256 }) as LaneModel;

function setUp() {
  const begun: string[] = [];
  const released: string[] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const pool = new SessionPool(({ sha256 }) => {
    begun.push(sha256);
    return new Promise((resolve, reject) => {
      const session = { release: () => Promise.resolve(void released.push(sha256)) } as ScoringSession;
      ends.push({ resolve: () => resolve(session), reject });
    });
  });
  const endLoad = async (error?: Error): Promise<void> => {
    const end = ends.shift();
    if (error) end?.reject(error);
    else end?.resolve();
    await turn();
  };
  const load = async (...models: LaneModel[]): Promise<void> => {
    const loads = models.map((model) => pool.session(model));
    for (const _ of models) {
      await turn();
      await endLoad();
    }
    await Promise.all(loads);
  };
  return { pool, begun, released, endLoad, load };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('SessionPool', () => {
  it('loads a version once, for all who ask', async () => {
    const { pool, begun, endLoad } = setUp();
    const asked = [pool.session(modelOf(1)), pool.session(modelOf(1))];
    await turn();
    expect(pool.has(modelOf(1))).toBe(false);
    await endLoad();
    const [first, second] = await Promise.all(asked);
    expect(first).toBe(second);
    expect(await pool.session(modelOf(1))).toBe(first);
    expect([pool.has(modelOf(1)), pool.size, begun]).toEqual([true, 1, ['sha-1']]);
  });

  it('takes other bytes under the same number for another version', async () => {
    const { pool, begun, load } = setUp();
    await load(modelOf(1), modelOf(1, 'other'));
    expect([pool.size, begun]).toEqual([2, ['sha-1', 'other']]);
  });

  it('loads one after the other', async () => {
    const { pool, begun, endLoad } = setUp();
    const both = [pool.session(modelOf(1)), pool.session(modelOf(2))];
    await turn();
    expect(begun).toEqual(['sha-1']);
    await endLoad();
    expect(begun).toEqual(['sha-1', 'sha-2']);
    await endLoad();
    await Promise.all(both);
  });

  it('releases what is not kept, and loads it again when it is asked for', async () => {
    const { pool, released, load, begun } = setUp();
    await load(modelOf(1), modelOf(2), modelOf(3));
    await pool.keep([modelOf(2)]);
    expect([pool.size, released]).toEqual([1, ['sha-1', 'sha-3']]);
    await load(modelOf(1));
    expect(begun).toEqual(['sha-1', 'sha-2', 'sha-3', 'sha-1']);
  });

  it('releases what is loaded when nobody wants it any more', async () => {
    const { pool, released, endLoad } = setUp();
    const session = pool.session(modelOf(1));
    await turn();
    await pool.keep([]);
    expect([pool.size, released]).toEqual([0, []]);
    await endLoad();
    await session;
    expect([pool.size, released]).toEqual([0, ['sha-1']]);
  });

  it('does not begin to load what is not wanted any more', async () => {
    const { pool, begun, endLoad } = setUp();
    const [first, second] = [pool.session(modelOf(1)), pool.session(modelOf(2))];
    await turn();
    await pool.keep([modelOf(1)]);
    await endLoad();
    await first;
    await expect(second).rejects.toThrow('mlp version 2 is not wanted any more');
    expect(begun).toEqual(['sha-1']);
  });

  it('forgets a load that failed, and goes on with the next', async () => {
    const { pool, endLoad, load } = setUp();
    const failing = pool.session(modelOf(1));
    failing.catch(() => undefined);
    const next = pool.session(modelOf(2));
    await turn();
    await endLoad(new Error('bad file'));
    await expect(failing).rejects.toThrow('bad file');
    await endLoad();
    await next;
    expect(pool.size).toBe(1);
    await load(modelOf(1));
    expect(pool.size).toBe(2);
  });
});
