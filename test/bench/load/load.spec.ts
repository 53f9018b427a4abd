import { flood } from './flood';
import { SpreadStore } from './stores/spread-store';
import { type RecordStore } from './stores/record-store';
import { WriteLoad } from './write-load';

/** Scores at once, and remembers how it was called. */
class InstantStore implements RecordStore {
  readonly writes: [first: number, count: number][] = [];
  private readonly scoredAt = new Map<number, number>();

  write(first: number, count: number): Promise<unknown> {
    this.writes.push([first, count]);
    for (let key = first; key < first + count; key++) this.scoredAt.set(key, Date.now());
    return Promise.resolve();
  }

  predictions(keys: readonly number[]) {
    return Promise.resolve(
      keys.map((key) => {
        const scoredAt = this.scoredAt.get(key);
        return scoredAt === undefined ? undefined : { score: key, scoredAt };
      }),
    );
  }

  listen(): Promise<() => Promise<unknown>> {
    return Promise.resolve(() => Promise.resolve());
  }
}

describe('WriteLoad', () => {
  const request = { type: 'write', ratePerSecond: 3_000_000, recordsPerCall: 1_000, seconds: 0.001 } as const;

  it('goes on behind the last write, round and round', async () => {
    const store = new InstantStore();
    const load = new WriteLoad(store, 4_000, true);
    for (let times = 0; times < 2; times++) await load.write(request);
    expect(store.writes.map(([first]) => first)).toEqual([0, 1_000, 2_000, 3_000, 0, 1_000]);
    expect(load.lastKeys(2_000).filter((key) => key % 1_000 === 0)).toEqual([3_000, 0]);
  });

  it('goes on in bulk at a whole thousand', async () => {
    const store = new InstantStore();
    const load = new WriteLoad(store, 4_000, true);
    await load.write({ ...request, recordsPerCall: 1, ratePerSecond: 1_500_000 });
    await load.write({ ...request, seconds: 0.001 });
    expect(store.writes.slice(1_500).map(([first]) => first)).toEqual([2_000, 3_000, 0]);
  });

  it('begins at key 0 each time where all keys are few', async () => {
    const store = new InstantStore();
    const load = new WriteLoad(store, 4_000, false);
    for (let times = 0; times < 2; times++) await load.write(request);
    expect(store.writes.map(([first]) => first)).toEqual([0, 1_000, 2_000, 0, 1_000, 2_000]);
  });
});

describe('flood', () => {
  it.each([4_000, 10_000, 100_000])('writes %i keys round and round', async (keys) => {
    const store = new InstantStore();
    const { records } = await flood(store, true, keys, { type: 'flood', seconds: 0, records: 3 * keys });
    expect(records).toBe(3 * keys);
    expect(store.writes.map(([first]) => first)).toEqual(
      Array.from({ length: (3 * keys) / 1_000 }, (_, call) => (call * 1_000) % keys),
    );
  });
});

describe('SpreadStore', () => {
  it('gives each thousand keys to the next store, and finds them again in the order asked for', async () => {
    const stores = [new InstantStore(), new InstantStore()];
    const spread = new SpreadStore(stores);
    for (let first = 0; first < 4_000; first += 1_000) await spread.write(first, 1_000);
    expect(stores.map(({ writes }) => writes.map(([first]) => first))).toEqual([
      [0, 2_000],
      [1_000, 3_000],
    ]);
    const found = await spread.predictions([3_999, 0, 1_000, 5_000, 2_500]);
    expect(found.map((prediction) => prediction?.score)).toEqual([3_999, 0, 1_000, undefined, 2_500]);
  });
});
