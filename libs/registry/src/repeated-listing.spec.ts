import { MemoryMap } from '../../../test/fixtures/registry/memory-map';
import { RepeatedListing } from './repeated-listing';

const MAX_AGE_MS = 1_000;

/** A map whose listener can be told of a change, and whose calls are counted. */
class HeardMap extends MemoryMap<unknown> {
  readonly calls: string[] = [];
  hear: (key: string) => void = () => undefined;
  /** Keys that a listing misses. */
  hidden: readonly string[] = [];
  whileListing: () => void = () => undefined;

  override async page(options: { limit: number }): Promise<[string, unknown][]> {
    this.calls.push('page');
    const listed = await super.page(options);
    this.whileListing();
    return listed.filter(([key]) => !this.hidden.includes(key));
  }

  override getAll(keys: readonly string[]): Promise<Map<string, unknown>> {
    this.calls.push(`getAll ${keys.join()}`);
    return super.getAll(keys);
  }

  override listen({ changed }: { changed?: (key: string) => void } = {}): Promise<() => Promise<void>> {
    this.hear = (key) => changed?.(key);
    return super.listen();
  }
}

async function openListing(keys: readonly string[]) {
  const map = new HeardMap('small');
  for (const key of keys) await map.set(key, 1);
  const clock = { nowMs: 0 };
  const listing = new RepeatedListing(map, 100, () => clock.nowMs);
  let heard = 0;
  await listing.onChanged(() => heard++);
  return { map, clock, listing, heard: () => heard };
}

it('does not ask for a key that need not be read, nor for nothing', async () => {
  const { map, listing } = await openListing(['a', 'b']);
  await listing.look(MAX_AGE_MS, 'a');
  expect(await listing.look(MAX_AGE_MS, 'a')).toEqual([['b', 1]]);
  await map.delete('b');
  expect(await listing.look(MAX_AGE_MS, 'b')).toEqual([['a', 1]]);
  const alone = await openListing(['a']);
  await alone.listing.look(MAX_AGE_MS, 'a');
  expect(await alone.listing.look(MAX_AGE_MS, 'a')).toEqual([]);
  expect([map.calls, alone.map.calls]).toEqual([['page', 'getAll b', 'getAll a'], ['page']]);
});

it('asks for what it knows, and lists again when that is too long ago', async () => {
  const { map, clock, listing } = await openListing(['b', 'a']);
  expect(await listing.look(MAX_AGE_MS)).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  await map.set('b', 2);
  await map.delete('a');
  expect(await listing.look(MAX_AGE_MS)).toEqual([['b', 2]]);
  await map.set('c', 3);
  expect(await listing.look(MAX_AGE_MS)).toEqual([['b', 2]]);
  clock.nowMs = MAX_AGE_MS;
  expect(await listing.look(MAX_AGE_MS)).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
  expect(map.calls).toEqual(['page', 'getAll a,b', 'getAll a,b', 'page', 'getAll a']);
});

it('lists again when it hears of a key that it does not know', async () => {
  const { map, listing, heard } = await openListing(['a']);
  await listing.look(MAX_AGE_MS);
  map.hear('a');
  await listing.look(MAX_AGE_MS);
  await map.set('new', 2);
  map.hear('new');
  expect(await listing.look(MAX_AGE_MS)).toHaveLength(2);
  expect(heard()).toBe(2);
  expect(map.calls).toEqual(['page', 'getAll a', 'page']);
});

it('does not trust a listing behind whose back a key was added', async () => {
  const { map, listing } = await openListing(['a']);
  map.whileListing = () => map.hear('behind');
  await listing.look(MAX_AGE_MS);
  map.whileListing = () => undefined;
  await map.set('behind', 2);
  expect(await listing.look(MAX_AGE_MS)).toHaveLength(2);
});

it('finds an entry that a listing misses while its partition moves', async () => {
  const { map, clock, listing } = await openListing(['a', 'b']);
  await listing.look(MAX_AGE_MS);
  map.hidden = ['b'];
  clock.nowMs = MAX_AGE_MS;
  expect(await listing.look(MAX_AGE_MS)).toHaveLength(2);
});

it('asks all members when there are many keys', async () => {
  const { map, listing } = await openListing(Array.from({ length: 65 }, (_, index) => `key-${index}`));
  await listing.look(MAX_AGE_MS);
  expect(await listing.look(MAX_AGE_MS)).toHaveLength(65);
  expect(map.calls).toEqual(['page', 'page']);
});
