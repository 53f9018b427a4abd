import { MemoryMap } from '../../../test/fixtures/registry/memory-map';
import { z } from 'zod';
import { ComparedEntries } from './compared-entries';

const schema = z.object({ count: z.number() });

function createEntries(stored: object) {
  const map = new MemoryMap<unknown>('counts');
  map.stored.set('a', JSON.stringify(stored));
  return { map, entries: new ComparedEntries(map, schema) };
}

it('compares the value as it was stored, with what a newer version wrote into it', async () => {
  const { map, entries } = createEntries({ count: 1, unit: 'ms' });
  const [listed] = await entries.list(10);
  const before = await entries.get('a');
  expect([listed, before]).toEqual([{ count: 1 }, { count: 1 }]);
  expect(await entries.replace('a', before, { count: 2 })).toEqual({ count: 2 });
  expect(await entries.replace('a', listed, { count: 3 })).toBeUndefined();
  expect(await entries.remove('a', { count: 1 })).toBe(false);
  expect(await map.get('a')).toEqual({ count: 2 });
});

it('goes on from what it has written itself', async () => {
  const { map, entries } = createEntries({ count: 1, unit: 'ms' });
  const written = await entries.replace('b', undefined, { count: 5 });
  expect(await entries.replace('b', undefined, { count: 6 })).toBeUndefined();
  const changed = await entries.replace('b', written, { count: 7 });
  expect(changed && (await entries.remove('b', changed))).toBe(true);
  expect(await map.keys()).toEqual(['a']);
});
