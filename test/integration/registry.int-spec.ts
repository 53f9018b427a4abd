import { randomBytes } from 'node:crypto';
import { connectGrid, type Grid } from '@nearscore/grid';
import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import {
  type DeploymentSettings,
  type NodeEntry,
  openRegistry,
  type ParkedQuery,
  type ParkedRecord,
  type Registry,
  REGISTRY_MAPS,
} from '@nearscore/registry';
import { eventually, startMember, type TestMember, uniqueName } from '@nearscore/testkit';
import { nodeEntryOf } from '../fixtures/registry/node-entry';
import { rolloutOf } from '../fixtures/registry/rollout';

const signature: ModelSignature = {
  inputs: [{ name: 'input', datatype: 'float32', shape: [null, 1] }],
  outputs: [{ name: 'scores', datatype: 'float32', shape: [null, 2] }],
};
const config: ModelConfig = {
  inputs: [
    {
      name: 'input',
      datatype: 'float32',
      width: 1,
      features: [{ name: 'x', kind: 'float32', length: null, default: -0, scale: null, categories: [['a', 1]] }],
    },
  ],
  score: { output: 'scores', columns: 2, column: 1 },
  scores: { output: 'scores', columns: 2 },
  label: { from: 'threshold', threshold: 0.5, names: ['good', 'bad'] },
};

let member: TestMember;
let grids: Grid[];
let registry: Registry;
let other: Registry;
const unreadable: string[] = [];

beforeAll(async () => {
  member = await startMember();
  const connect = (clientName: string): Promise<Grid> =>
    connectGrid({ members: [member.address], clusterName: member.clusterName, clientName });
  grids = await Promise.all([connect('registry-test'), connect('registry-test-other')]);
  const [mine, theirs] = grids as [Grid, Grid];
  registry = await openRegistry(mine, { onUnreadable: ({ message }) => unreadable.push(message) });
  other = await openRegistry(theirs);
});

afterAll(async () => {
  await Promise.all((grids ?? []).map((grid) => grid.close()));
  await member?.stop();
});

describe('models', () => {
  it('come back as they were put, in several chunks', async () => {
    const model = uniqueName('model');
    const onnx = randomBytes(2 * 1024 * 1024 + 123);
    const put = await registry.models.put(model, 1, onnx, config, signature);
    expect(put).toMatchObject({ model, version: 1, byteLength: onnx.length, chunks: 3 });
    const version = await other.models.get(model, 1);
    expect(version).toEqual(JSON.parse(JSON.stringify(put)));
    expect((await other.models.bytes(version)).equals(onnx)).toBe(true);
  });

  it('are immutable: the same again is fine, another content is not', async () => {
    const model = uniqueName('model');
    const onnx = randomBytes(10);
    const first = await registry.models.put(model, 1, onnx, config, signature);
    expect((await other.models.put(model, 1, onnx, config, signature)).admittedAt).toBe(first.admittedAt);
    const exists = { code: 'MODEL_VERSION_EXISTS' };
    await expect(other.models.put(model, 1, randomBytes(10), config, signature)).rejects.toMatchObject(exists);
    const changed = { ...config, label: { from: 'nowhere' } } as const;
    await expect(other.models.put(model, 1, onnx, changed, signature)).rejects.toMatchObject(exists);
    expect((await registry.models.bytes(await registry.models.get(model, 1))).equals(onnx)).toBe(true);
  });

  it('have one winner when two put the same version', async () => {
    const model = uniqueName('model');
    const puts = [registry, other].map(({ models }) => models.put(model, 1, randomBytes(10), config, signature));
    const settled = await Promise.allSettled(puts);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('are listed by name and number', async () => {
    const model = uniqueName('listed');
    for (const version of [10, 2, 1]) await registry.models.put(model, version, randomBytes(5), config, signature);
    await registry.models.put(`${model}-2`, 1, randomBytes(5), config, signature);
    expect((await other.models.list(model)).map(({ version }) => version)).toEqual([1, 2, 10]);
    expect((await other.models.list()).length).toBeGreaterThanOrEqual(4);
  });

  it('are refused when a byte of them changed or a chunk is gone', async () => {
    const model = uniqueName('model');
    const version = await registry.models.put(model, 1, randomBytes(1_100_000), config, signature);
    const chunks = await (grids[0] as Grid).binaryMap(REGISTRY_MAPS.modelChunks);
    await chunks.set(`${version.sha256}/${version.generation}/1`, randomBytes(version.byteLength - 1024 * 1024));
    const unusable = { code: 'MODEL_BYTES_UNUSABLE', message: expect.stringContaining('checksum') };
    await expect(other.models.bytes(version)).rejects.toMatchObject(unusable);
    await chunks.delete(`${version.sha256}/${version.generation}/0`);
    await expect(other.models.bytes(version)).rejects.toMatchObject({ message: expect.stringContaining('chunk 0') });
  });

  it('that do not exist, or are named in a way that cannot be, are refused', async () => {
    await expect(registry.models.get('none', 1)).rejects.toMatchObject({ code: 'MODEL_VERSION_NOT_FOUND' });
    await expect(registry.models.get('../none', 1)).rejects.toMatchObject({ code: 'INVALID_NAME' });
  });
});

describe('deployments', () => {
  it('begin at epoch 1 and rise by one with each change', async () => {
    const stream = uniqueName('stream');
    expect(await registry.deployments.get(stream)).toBeUndefined();
    expect(await registry.deployments.deploy(stream, 'fraud', 1)).toMatchObject({
      stream,
      model: 'fraud',
      version: 1,
      epoch: 1,
      featureMap: `features.${stream}`,
      predictionMap: `predictions.${stream}`,
    });
    expect((await other.deployments.deploy(stream, 'fraud', 2)).epoch).toBe(2);
    expect((await other.deployments.deploy(stream, 'fraud', 2)).epoch).toBe(2);
    expect(await registry.deployments.get(stream)).toMatchObject({ version: 2, epoch: 2 });
  });

  it('keep how long a record may wait until it is said anew; that alone is no new epoch', async () => {
    const stream = uniqueName('stream');
    const deploy = async (version: number, settings?: DeploymentSettings) => {
      const { epoch, maxUnscoredAgeSeconds } = await registry.deployments.deploy(stream, 'fraud', version, settings);
      return [epoch, maxUnscoredAgeSeconds];
    };
    expect(await deploy(1)).toEqual([1, null]);
    expect(await deploy(1, { maxUnscoredAgeSeconds: 2.5 })).toEqual([1, 2.5]);
    expect(await deploy(2)).toEqual([2, 2.5]);
    expect(await deploy(2, { maxUnscoredAgeSeconds: 2.5 })).toEqual([2, 2.5]);
    expect(await deploy(2, { maxUnscoredAgeSeconds: null })).toEqual([2, null]);
    expect(await other.deployments.get(stream)).toMatchObject({ epoch: 2, maxUnscoredAgeSeconds: null });
  });

  it('remember what was live before, and are alone after one by hand', async () => {
    const stream = uniqueName('stream');
    const sha256 = 'a'.repeat(64);
    const { deployments } = registry;
    expect(await deployments.deploy(stream, 'fraud', 1, { sha256 })).toMatchObject({ sha256, previous: null });
    const second = await deployments.deploy(stream, 'fraud', 2);
    expect(second).toMatchObject({ epoch: 2, previous: { model: 'fraud', version: 1, sha256 } });
    const candidate = { model: 'fraud', version: 3, mode: 'split', percent: 10, salt: 'x' } as const;
    await deployments.change(second, { ...second, epoch: 3, candidate, rollout: { id: `${stream}.1`, step: 0 } });
    expect(await deployments.configure(stream, { maxUnscoredAgeSeconds: 1 })).toMatchObject({ epoch: 3, candidate });
    expect(await deployments.deploy(stream, 'fraud', 2)).toMatchObject({
      ...{ epoch: 4, candidate: null, rollout: null, maxUnscoredAgeSeconds: 1 },
      previous: { version: 1 },
    });
    expect(await deployments.configure(uniqueName('stream'), {})).toBeUndefined();
  });

  it('change only for who has read what is there', async () => {
    const stream = uniqueName('stream');
    const deployed = await registry.deployments.deploy(stream, 'fraud', 1);
    const seen = await other.deployments.get(stream);
    const next = { ...deployed, epoch: 2 };
    expect(await other.deployments.change(undefined, next)).toBeUndefined();
    expect(await other.deployments.change(seen, next)).toMatchObject({ epoch: 2 });
    expect(await registry.deployments.change(deployed, { ...deployed, epoch: 2, version: 7 })).toBeUndefined();
    expect(await registry.deployments.get(stream)).toMatchObject({ epoch: 2, version: 1 });
  });

  it('never give one epoch twice, whoever deploys at the same time', async () => {
    const stream = uniqueName('stream');
    const versions = Array.from({ length: 8 }, (_, index) => index + 1);
    const deployed = await Promise.all(
      versions.map((version) => (version % 2 ? registry : other).deployments.deploy(stream, 'fraud', version)),
    );
    expect(deployed.map(({ epoch }) => epoch).sort((a, b) => a - b)).toEqual(versions);
    expect((await registry.deployments.get(stream))?.epoch).toBe(8);
  });

  it('of another version of the software are named, and hide no other', async () => {
    const stream = uniqueName('stream');
    const broken = uniqueName('stream');
    const map = await (grids[0] as Grid).jsonMap<unknown>(REGISTRY_MAPS.deployments);
    await map.set(broken, { stream: broken, rollout: {} });
    const deployed = await registry.deployments.deploy(stream, 'fraud', 1);
    expect(await registry.deployments.list()).toContainEqual(deployed);
    expect(unreadable).toContainEqual(expect.stringMatching(new RegExp(`^Entry ${broken} .*epoch: `)));
    await expect(registry.deployments.get(broken)).rejects.toMatchObject({ code: 'REGISTRY_ENTRY_UNREADABLE' });
    await map.delete(broken);
  });

  it('tell of changes', async () => {
    const stream = uniqueName('stream');
    let changes = 0;
    const end = await other.deployments.onChanged(() => changes++);
    await registry.deployments.deploy(stream, 'fraud', 1);
    await registry.deployments.deploy(stream, 'fraud', 2);
    await eventually(() => expect(changes).toBe(2));
    await end();
  });
});

describe('rollouts', () => {
  it('are one entry per stream, which only who has read it changes', async () => {
    const stream = uniqueName('stream');
    const first = rolloutOf({ stream });
    expect(await registry.rollouts.get(stream)).toBeUndefined();
    const entry = await registry.rollouts.change(undefined, first);
    expect(entry).toEqual({ stream, rollouts: [first] });
    expect(await other.rollouts.change(undefined, rolloutOf({ stream, by: 'late' }))).toBeUndefined();
    const seen = await other.rollouts.get(stream);
    const ended = { ...first, state: 'completed', endedAt: 5 } as const;
    expect(await other.rollouts.change(seen, ended)).toEqual({ stream, rollouts: [ended] });
    expect(await registry.rollouts.change(entry, { ...first, state: 'aborted', endedAt: 6 })).toBeUndefined();
    expect(await registry.rollouts.list()).toContainEqual({ stream, rollouts: [ended] });
  });

  it('are kept, newest first, up to 20 that ended', async () => {
    const stream = uniqueName('stream');
    let entry = await registry.rollouts.change(undefined, rolloutOf({ stream }));
    for (let number = 2; number <= 25; number++) {
      entry = await registry.rollouts.change(entry, rolloutOf({ stream, number }));
    }
    const numbers = (await other.rollouts.get(stream))?.rollouts.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 21 }, (_, index) => 25 - index));
  });

  it('tell of changes', async () => {
    const stream = uniqueName('stream');
    let changes = 0;
    const end = await other.rollouts.onChanged(() => changes++);
    await registry.rollouts.change(undefined, rolloutOf({ stream }));
    await eventually(() => expect(changes).toBe(1));
    await end();
  });
});

describe('nodes', () => {
  const node = (id: string): NodeEntry => nodeEntryOf({ id });

  it('are there while they announce themselves, and gone when they withdraw or stop', async () => {
    let changes = 0;
    const end = await other.nodes.onChanged(() => changes++);
    await registry.nodes.announce(node('a'), 60_000);
    await registry.nodes.announce(node('b'), 1_000);
    expect(await other.nodes.list()).toEqual([node('a'), node('b')]);
    await eventually(async () => expect(await other.nodes.list()).toEqual([node('a')]));
    await registry.nodes.withdraw('a');
    expect(await other.nodes.list()).toEqual([]);
    await eventually(() => expect(changes).toBeGreaterThanOrEqual(3));
    await end();
  });
});

describe('parked records', () => {
  const record = (stream: string, key: string): ParkedRecord => ({
    stream,
    key,
    keyData: Buffer.from(`\u0000\u0000?>${key}`, 'latin1').toString('base64'),
    partition: 1,
    sourceSequence: 2,
    model: 'fraud',
    version: 1,
    epoch: 1,
    reason: { code: 'MISSING_FIELD', field: 'x', message: 'field x is missing' },
    attempts: 1,
    firstAt: 1,
    lastAt: 1,
    fingerprint: '',
    state: 'dead',
    nextAttemptAt: null,
    askedAt: null,
  });

  it('are listed and counted by stream, within a limit', async () => {
    const [stream, longer] = [uniqueName('s_x'), uniqueName('s')];
    await registry.parked.park(['a', 'b', 'c'].map((key) => record(stream, key)));
    await registry.parked.park([record(longer, 'a')]);
    expect(await other.parked.count({ stream })).toBe(3);
    expect(await other.parked.count()).toBe(4);
    const { records, next } = await other.parked.page({ stream, limit: 2 });
    expect(records.map(({ key }) => key)).toEqual(['a', 'b']);
    expect((await other.parked.page({ stream, limit: 2, after: next })).records.map(({ key }) => key)).toEqual(['c']);
    expect((await other.parked.page({ limit: 10 })).records.length).toBe(4);
    // The same failure of the same event, met again: the entry stays as it is.
    expect(await registry.parked.park([{ ...record(stream, 'a'), attempts: 2 }])).toEqual([]);
    const again = { ...record(stream, 'a'), attempts: 2, firstAt: 7, lastAt: 7 };
    expect(await registry.parked.park([{ ...again, sourceSequence: 3 }])).toEqual([
      { ...record(stream, 'a'), sourceSequence: 3, lastAt: 7 },
    ]);
    expect(await registry.parked.park([{ ...again, version: 2 }])).toEqual([{ ...again, version: 2 }]);
    expect(await other.parked.count({ stream })).toBe(3);
    const second = await other.parked.get(stream, record(stream, 'b').keyData);
    if (!second) throw new Error('there is no record');
    const asked = await other.parked.change(second, { askedAt: 5 });
    // Somebody else changed it meanwhile.
    expect(await other.parked.resolve(second)).toBe(false);
    expect(await registry.parked.change(second, { askedAt: 6 })).toBeUndefined();
    expect(asked && (await other.parked.resolve(asked))).toBe(true);
    expect((await registry.parked.page({ stream, limit: 10 })).records).toHaveLength(2);
  });

  it('are found by state and reason', async () => {
    const stream = uniqueName('found');
    const retrying = { ...record(stream, 'a'), state: 'retrying', nextAttemptAt: 5 } as const;
    const other1 = { ...record(stream, 'b'), reason: { code: 'WRONG_KIND', message: 'no' } };
    await registry.parked.park([retrying, other1, record(stream, 'c')]);
    const keysOf = async (query: Partial<ParkedQuery>): Promise<(string | null)[]> =>
      (await other.parked.page({ stream, limit: 10, ...query })).records.map(({ key }) => key);
    expect(await keysOf({ state: 'retrying' })).toEqual(['a']);
    expect(await keysOf({ reason: 'MISSING_FIELD' })).toEqual(['a', 'c']);
    expect(await keysOf({ state: 'dead', reason: 'WRONG_KIND' })).toEqual(['b']);
    expect(await other.parked.count({ stream, state: 'dead' })).toBe(2);
    expect(await other.parked.count({ stream, reason: 'MISSING_FIELD', state: 'dead' })).toBe(1);
  });

  it('are found by the partition that they lie in', async () => {
    const stream = uniqueName('found');
    const inPartition = (key: string, partition: number): ParkedRecord => ({ ...record(stream, key), partition });
    await registry.parked.park([inPartition('a', 0), inPartition('b', 7), inPartition('c', 70), inPartition('d', 7)]);
    const keysOf = async (partitions: number[]): Promise<(string | null)[]> =>
      (await other.parked.page({ stream, partitions, limit: 10 })).records.map(({ key }) => key);
    expect(await keysOf([7])).toEqual(['b', 'd']);
    expect(await keysOf([0, 70, 1])).toEqual(['a', 'c']);
    expect(await keysOf([])).toEqual([]);
    const pages: (string | null)[][] = [];
    for await (const page of other.parked.pages({ stream, partitions: [0, 7], limit: 2 })) {
      pages.push(page.map(({ key }) => key));
    }
    expect(pages).toEqual([['a', 'b'], ['d']]);
  });
});
