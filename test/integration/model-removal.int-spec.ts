import { randomBytes } from 'node:crypto';
import { connectGrid, type Grid } from '@nearscore/grid';
import { type ModelVersion, openRegistry, type Registry, REGISTRY_MAPS } from '@nearscore/registry';
import { startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { ANY_CONFIG, ANY_SIGNATURE } from '../fixtures/registry/model-content';
import { rolloutOf } from '../fixtures/registry/rollout';

const MIB = 1024 * 1024;

let member: TestMember;
let grid: Grid;
let registry: Registry;

beforeAll(async () => {
  member = await startMember();
  const { address, clusterName } = member;
  grid = await connectGrid({ members: [address], clusterName, clientName: 'removal-test' });
  registry = await openRegistry(grid);
});

afterAll(async () => {
  await grid?.close();
  await member?.stop();
});

afterEach(async () => {
  for (const name of Object.values(REGISTRY_MAPS)) await (await grid.jsonMap(name)).clear();
});

const put = (model: string, version: number, onnx: Uint8Array = randomBytes(10)): Promise<ModelVersion> =>
  registry.models.put(model, version, onnx, ANY_CONFIG, ANY_SIGNATURE);

async function sizes(): Promise<Record<string, number>> {
  const { models, modelFiles, modelChunks } = REGISTRY_MAPS;
  const sizeOf = async (name: string): Promise<number> => (await grid.jsonMap(name)).size();
  return { models: await sizeOf(models), files: await sizeOf(modelFiles), chunks: await sizeOf(modelChunks) };
}

const numbersOf = async (model: string): Promise<number[]> =>
  (await registry.models.list(model)).map(({ version }) => version);

it('a version is removed, and the grid has the memory of its bytes back', async () => {
  const onnx = randomBytes(2 * MIB + 1);
  await put('fraud', 1, onnx);
  expect(await sizes()).toEqual({ models: 1, files: 1, chunks: 3 });
  await registry.removal.remove('fraud', 1);
  expect(await sizes()).toEqual({ models: 0, files: 0, chunks: 0 });
  const gone = { code: 'MODEL_VERSION_NOT_FOUND' };
  await expect(registry.removal.remove('fraud', 1)).rejects.toMatchObject(gone);
  // Its number may be given to other bytes then.
  await put('fraud', 1);
  expect(await sizes()).toEqual({ models: 1, files: 1, chunks: 1 });
});

it('bytes that another version shares stay until that is removed, too', async () => {
  const onnx = randomBytes(MIB + 1);
  await put('fraud', 1, onnx);
  const twin = await put('twin', 7, onnx);
  await put('other', 1);
  expect(await sizes()).toEqual({ models: 3, files: 2, chunks: 3 });
  await registry.removal.remove('fraud', 1);
  expect(await sizes()).toEqual({ models: 2, files: 2, chunks: 3 });
  expect((await registry.models.bytes(twin)).equals(onnx)).toBe(true);
  await registry.removal.remove('twin', 7);
  expect(await sizes()).toEqual({ models: 1, files: 1, chunks: 1 });
});

it('what a stream needs is refused by stream and role, and stays whole', async () => {
  const stream = uniqueName('stream');
  for (const version of [1, 2, 3, 4, 5]) await put('fraud', version);
  await registry.deployments.deploy(stream, 'fraud', 1);
  const deployed = await registry.deployments.deploy(stream, 'fraud', 2);
  const candidate = { model: 'fraud', version: 3, mode: 'split', percent: 1, salt: 's' } as const;
  await registry.deployments.change(deployed, { ...deployed, epoch: 3, candidate });
  const underWay = rolloutOf({ stream, to: { model: 'fraud', version: 4, sha256: 'a' }, state: 'preparing' });
  const rollouts = await registry.rollouts.change(undefined, underWay);

  const roles = [
    [1, 'previous'],
    [2, 'live'],
    [3, 'candidate'],
    [4, 'rollout'],
  ] as const;
  for (const [version, role] of roles) {
    await expect(registry.removal.remove('fraud', version)).rejects.toMatchObject({
      code: 'MODEL_VERSION_IN_USE',
      details: { model: 'fraud', version, uses: expect.arrayContaining([{ stream, role }]) },
    });
  }
  expect(await registry.removal.retain(1)).toEqual([]);
  for (const version of await registry.models.list('fraud')) await registry.models.bytes(version);
  await registry.rollouts.change(rollouts, { ...underWay, state: 'aborted', endedAt: 1 });
  expect(await registry.removal.retain(1)).toEqual([{ model: 'fraud', version: 4 }]);
  expect(await numbersOf('fraud')).toEqual([1, 2, 3, 5]);
});

it('the versions that were admitted last are kept, of each model', async () => {
  for (const version of [3, 1, 2]) await put('fraud', version);
  for (const version of [1, 2]) await put('phishing', version);
  expect(await registry.removal.retain(0)).toEqual([]);
  expect(await registry.removal.retain(2)).toEqual([{ model: 'fraud', version: 3 }]);
  expect(await registry.removal.retain(2)).toEqual([]);
  expect([await numbersOf('fraud'), await numbersOf('phishing')]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(await sizes()).toEqual({ models: 4, files: 4, chunks: 4 });
});

it('nothing is removed while a deployment cannot be read, since it may need any version', async () => {
  await put('fraud', 1);
  await put('fraud', 2);
  await (await grid.jsonMap<unknown>(REGISTRY_MAPS.deployments)).set('strange', { stream: 'strange' });
  const unreadable = { code: 'REGISTRY_ENTRY_UNREADABLE' };
  await expect(registry.removal.remove('fraud', 1)).rejects.toMatchObject(unreadable);
  await expect(registry.removal.retain(1)).rejects.toMatchObject(unreadable);
  expect(await numbersOf('fraud')).toEqual([1, 2]);
});

it('of many who store and remove the same bytes, none is left with an entry without bytes', async () => {
  const onnx = randomBytes(MIB + 1);
  const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      [1, 2, 3].flatMap((version) => [
        quietly(put('fraud', version, onnx)),
        quietly(registry.removal.remove('fraud', version)),
        registry.models.sweep(),
      ]),
    );
    const left = await registry.models.list('fraud');
    for (const version of left) expect((await registry.models.bytes(version)).equals(onnx)).toBe(true);
    await registry.models.sweep();
    expect(await sizes()).toEqual({ models: left.length, files: left.length && 1, chunks: left.length && 2 });
  }
});
