import fc from 'fast-check';
import { ANY_CONFIG as config, ANY_SIGNATURE as signature } from '../../../test/fixtures/registry/model-content';
import { MemoryMap } from '../../../test/fixtures/registry/memory-map';
import { ModelFiles } from './model-files';
import { ModelRemoval } from './model-removal';
import { ModelStore } from './model-store';
import { type ModelVersion } from './model-version';
import { VersionUses } from './version-use';

const HOUR_MS = 3_600_000;
type Operate = <R>(operation: () => R) => Promise<R>;

/** A grid in memory whose operations happen when `operate` lets them. */
function gridOf(operate: Operate) {
  const entries = new MemoryMap<unknown>('models', operate);
  const heads = new MemoryMap<unknown>('files', operate);
  const chunks = new MemoryMap<Buffer>('chunks', operate);
  const clock = { now: 1_000_000 };
  const store = new ModelStore(entries, new ModelFiles(heads, chunks, () => clock.now), { now: () => clock.now });
  const uses = new VersionUses(new MemoryMap('deployments'), new MemoryMap('rollouts'));
  return { entries, heads, chunks, clock, store, removal: new ModelRemoval(store, uses) };
}

type MemoryGrid = ReturnType<typeof gridOf>;

/** Now, between two operations. */
function expectBytesOfAll({ entries, chunks }: MemoryGrid): void {
  for (const text of entries.stored.values()) {
    const { sha256, generation } = JSON.parse(text) as ModelVersion;
    if (!chunks.stored.has(`${sha256}/${generation}/0`)) throw new Error(`the entry has no bytes: ${text}`);
  }
}

const files = [Buffer.from('one'), Buffer.from('other')] as const;
const ignoreRefusal = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** Who comes at the same time. Two files and three versions, so that everybody meets everybody. */
const actor = fc.oneof(
  fc.record({ what: fc.constant('put' as const), version: fc.integer({ min: 1, max: 3 }), file: fc.nat({ max: 1 }) }),
  fc.record({ what: fc.constant('remove' as const), version: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ what: fc.constant('sweep' as const) }),
);
type Actor = typeof actor extends fc.Arbitrary<infer T> ? T : never;

function act({ store, removal }: MemoryGrid, it: Actor): Promise<unknown> {
  if (it.what === 'put') return ignoreRefusal(store.put('m', it.version, files[it.file]!, config, signature));
  if (it.what === 'remove') return ignoreRefusal(removal.remove('m', it.version));
  return store.sweep();
}

it('an entry implies its bytes, whoever stores, removes and sweeps them meanwhile; and at last only named bytes lie there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(actor, { minLength: 2, maxLength: 5 }), async (scheduler, actors) => {
      let isShared = false;
      const grid: MemoryGrid = gridOf(async (operation) => {
        if (isShared) await scheduler.schedule(Promise.resolve());
        const result = operation();
        expectBytesOfAll(grid);
        return result;
      });
      for (const [index, file] of files.entries()) await grid.store.put('m', index + 1, file, config, signature);
      isShared = true;
      const acting = Promise.all(actors.map((it) => act(grid, it)));
      await scheduler.waitFor(acting);
      await scheduler.waitFor(grid.store.sweep());
      const named = new Set([...grid.entries.stored.values()].map((text) => (JSON.parse(text) as ModelVersion).sha256));
      expect(new Set(grid.heads.stored.keys())).toEqual(named);
      expect(grid.chunks.stored.size).toBe(named.size);
    }),
    { numRuns: 600 },
  );
});

it('what an upload that died left behind is collected an hour later, and not before', async () => {
  const grid = gridOf(async (operation) => operation());
  const dying = new ModelFiles(grid.heads, grid.chunks, () => grid.clock.now);
  await dying.hold(files[0], { sha256: 'a'.repeat(64), byteLength: 3, chunks: 1 });
  grid.clock.now += HOUR_MS - 1;
  await grid.store.sweep();
  expect(grid.chunks.stored.size).toBe(1);
  grid.clock.now += 1;
  await grid.store.sweep();
  expect([grid.heads.stored.size, grid.chunks.stored.size]).toEqual([0, 0]);
});

it('an upload that was held up for longer than its claim stores its bytes again', async () => {
  const grid = gridOf(async (operation) => operation());
  const setIfAbsent = grid.entries.setIfAbsent.bind(grid.entries);
  let late = true;
  grid.entries.setIfAbsent = async (key, value) => {
    if (late) {
      late = false;
      grid.clock.now += HOUR_MS;
      await grid.store.sweep();
    }
    return setIfAbsent(key, value);
  };
  const stored = await grid.store.put('m', 1, files[0], config, signature);
  expectBytesOfAll(grid);
  expect(await grid.store.bytes(stored)).toEqual(files[0]);
});

it('chunks that a collector left when it died are found by the next sweep', async () => {
  const grid = gridOf(async (operation) => operation());
  const stored = await grid.store.put('m', 1, files[0], config, signature);
  const other = await grid.store.put('m', 2, files[1], config, signature);
  await grid.entries.delete('m/1');
  await grid.heads.delete(stored.sha256);
  await grid.store.sweep();
  expect([...grid.chunks.stored.keys()]).toEqual([`${other.sha256}/${other.generation}/0`]);
});

it('bytes of an entry stay although the head was lost, and storing them again makes a new one', async () => {
  const grid = gridOf(async (operation) => operation());
  const stored = await grid.store.put('m', 1, files[0], config, signature);
  await grid.heads.clear();
  await grid.store.sweep();
  expectBytesOfAll(grid);
  const again = await grid.store.put('m', 1, files[0], config, signature);
  expect(again.generation).not.toBe(stored.generation);
  expect(again.admittedAt).toBe(stored.admittedAt);
  await grid.store.sweep();
  expect([...grid.chunks.stored.keys()]).toEqual([`${again.sha256}/${again.generation}/0`]);
});
