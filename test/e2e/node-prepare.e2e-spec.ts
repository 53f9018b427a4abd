import { connectGrid, type Grid } from '@nearscore/grid';
import { prepareQueueOf } from '@nearscore/queues';
import { featureFields, type ModelConfig, type Prediction, predictionSerializer } from '@nearscore/records';
import {
  type ModelVersion,
  type NodeEntry,
  openRegistry,
  type Registry,
  REGISTRY_MAPS,
  type Rollout,
} from '@nearscore/registry';
import {
  eventually,
  exampleModel,
  type ExampleVersion,
  startMember,
  startNode,
  startRedis,
  type TestApp,
  type TestMember,
  type TestRedis,
} from '@nearscore/testkit';
import { Queue, QueueEvents } from 'bullmq';
import { storeModel } from '../fixtures/model-deployment';
import { rolloutOf } from '../fixtures/registry/rollout';

const STREAM = 'breast-cancer';
const NODE = 'node-under-test';
const LANES = 2;
const SLOW = { timeoutMs: 30_000 };
const example = exampleModel('breast-cancer');

/** The node alone: what a gateway would write into the grid is written by hand. */
describe('a node that is asked to prepare a version', () => {
  let member: TestMember;
  let redis: TestRedis;
  let grid: Grid;
  let registry: Registry;
  let config: ModelConfig;
  let node: TestApp;
  const versions = new Map<number, ModelVersion>();

  beforeAll(async () => {
    [member, redis] = await Promise.all([startMember({ partitionCount: 13 }), startRedis()]);
    const { address, clusterName } = member;
    const compactSerializers = [predictionSerializer];
    grid = await connectGrid({ members: [address], clusterName, clientName: 'test', compactSerializers });
    registry = await openRegistry(grid);
    for (const version of [1, 2, 3] as const) versions.set(version, await admit(version));
    config = version(1).config;
    node = await start(NODE);
    await deploy(1);
    await eventually(async () => expect(await epochOf(NODE)).toBe(1), SLOW);
  }, 90_000);

  afterAll(async () => {
    await node?.stop();
    await grid?.close();
    await redis?.stop();
    await member?.stop();
  }, 30_000);

  it('has every lane load it beside the live one, and says so in its entry; nothing else changes', async () => {
    await write(rollout(1, 2));
    await eventually(async () => expect(await preparations()).toEqual([['breast-cancer.1', 'prepared', null]]), SLOW);
    await eventually(async () => expect(await sessions()).toEqual([2, 2]));
    expect(await epochOf(NODE)).toBe(1);
    expect((await records({ before: 0 })).get('before')).toMatchObject({ version: 1, epoch: 1 });
  });

  it('switches all lanes to what they have prepared, without a load', async () => {
    const loads = await metric('nearscore_applied_deployments_total{stream="breast-cancer",prepared="false"}');
    await deploy(2);
    await eventually(async () => expect(await epochOf(NODE)).toBe(2));
    expect(await metric('nearscore_applied_deployments_total{stream="breast-cancer",prepared="true"}')).toBe(LANES);
    expect(await metric('nearscore_applied_deployments_total{stream="breast-cancer",prepared="false"}')).toBe(loads);
    expect((await records({ after: 1 })).get('after')).toMatchObject({ version: 2, epoch: 2 });
  });

  it('holds what a rollout may go back to, and gives its memory back when the rollout has ended', async () => {
    expect(await sessions()).toEqual([2, 2]);
    await write({ ...rollout(1, 2), state: 'completed', endedAt: 2_000 });
    await eventually(async () => expect(await sessions()).toEqual([1, 1]));
    expect(await preparations()).toEqual([]);
  });

  it('gives the memory back of what was prepared for nothing', async () => {
    await write(rollout(2, 3));
    await eventually(async () => expect(await sessions()).toEqual([2, 2]), SLOW);
    await write({ ...rollout(2, 3), state: 'aborted', endedAt: 2_000 });
    await eventually(async () => expect(await sessions()).toEqual([1, 1]));
    expect(await epochOf(NODE)).toBe(2);
  });

  it('says why a version cannot be prepared, and goes on', async () => {
    const { model, version } = rollout(3, 3).to;
    await write({ ...rollout(3, 3), to: { model, version, sha256: 'f'.repeat(64) } });
    await eventually(async () => {
      expect(await preparations()).toEqual([
        ['breast-cancer.3', 'failed', expect.stringContaining('another file than is asked for')],
      ]);
    }, SLOW);
    expect(await ready()).toBe(200);
    await write({ ...rollout(3, 3), state: 'aborted', endedAt: 2_000 });
  });

  it('does the job in its queue: the job is done when the entry says what became of it', async () => {
    const access = { prefix: `nearscore-${member.clusterName}`, connection: { url: redis.url } };
    const queue = new Queue(prepareQueueOf(NODE), access);
    const events = new QueueEvents(prepareQueueOf(NODE), access);
    try {
      await write(rollout(4, 3));
      const job = await queue.add('prepare', { rollout: 'breast-cancer.4', stream: STREAM });
      await job.waitUntilFinished(events);
      expect(await preparations()).toEqual([['breast-cancer.4', 'prepared', null]]);
      await write({ ...rollout(4, 3), state: 'aborted', endedAt: 2_000 });
      const late = await queue.add('prepare', { rollout: 'breast-cancer.4', stream: STREAM });
      await late.waitUntilFinished(events);
      const stray = await queue.add('prepare', { something: 'else' });
      await stray.waitUntilFinished(events);
    } finally {
      await Promise.all([queue.close(), events.close()]);
    }
  });

  it('drops the stream while the bytes of what is deployed are corrupt, is not ready, and recovers', async () => {
    const mend = await corrupt(3);
    await deploy(3);
    await eventually(async () => expect([await ready(), await epochOf(NODE)]).toEqual([503, 0]));
    await put({ meanwhile: 2 });
    await eventually(async () => expect(node.logTail(200)).toContain('unusable: its checksum differs'));
    // Nothing is left by which a lane could score.
    await eventually(async () => expect(await sessions()).toEqual([0, 0]));
    expect((await predictions()).has('meanwhile')).toBe(false);
    await mend();
    await eventually(async () => expect([await ready(), await epochOf(NODE)]).toEqual([200, 3]), SLOW);
    expect((await records({ later: 3 })).get('later')).toMatchObject({ version: 3, epoch: 3 });
    await eventually(async () => {
      expect((await predictions()).get('meanwhile')).toMatchObject({ version: 3, epoch: 3 });
    });
  });

  it('drops the stream while its lanes cannot load what is deployed, and tries again', async () => {
    const { signature } = version(3);
    const unloadable = await registry.models.put(STREAM, 9, Buffer.from('not a model'), config, signature);
    await registry.deployments.deploy(STREAM, STREAM, 9, { sha256: unloadable.sha256 });
    await eventually(async () => expect([await ready(), await epochOf(NODE)]).toEqual([503, 0]));
    const refusals = () => node.logTail(2_000).split('lane cannot apply deployment').length - 1;
    await eventually(() => expect(refusals()).toBeGreaterThanOrEqual(2 * LANES), SLOW);
    expect(await sessions()).toEqual([0, 0]);
    // Nobody else could do better.
    expect(await entryOf(NODE)).toMatchObject({ serving: true });
    await deploy(3);
    await eventually(async () => expect([await ready(), await epochOf(NODE)]).toEqual([200, 5]), SLOW);
  });

  it('leaves its partitions to a node that can score them, for as long as it cannot itself', async () => {
    const other = await start('other-node');
    try {
      await eventually(async () => expect(await epochOf('other-node')).toBe(5), SLOW);
      const mend = await corrupt(3);
      await node.stop();
      node = await start(NODE);
      await eventually(async () => {
        expect(await entryOf(NODE)).toMatchObject({ ready: false, serving: false });
        expect(await entryOf('other-node')).toMatchObject({ ready: true, leases: { held: 13 } });
      }, SLOW);
      expect((await records({ elsewhere: 4 })).get('elsewhere')).toMatchObject({ version: 3 });
      await mend();
      await eventually(async () => {
        expect(await entryOf(NODE)).toMatchObject({ ready: true, serving: true });
        expect((await entryOf(NODE))?.leases.held).toBeGreaterThan(0);
      }, SLOW);
    } finally {
      await other.stop();
    }
  }, 90_000);

  // ---- what a gateway would do

  function admit(version: ExampleVersion): Promise<ModelVersion> {
    const model = { name: STREAM, version, onnx: example.onnx(version), json: example.modelJson };
    return storeModel(registry.models, model);
  }

  function version(number: number): ModelVersion {
    const found = versions.get(number);
    if (!found) throw new Error(`version ${number} was not admitted`);
    return found;
  }

  async function deploy(number: number): Promise<void> {
    await registry.deployments.deploy(STREAM, STREAM, number, { sha256: version(number).sha256 });
  }

  function rollout(number: number, to: number): Rollout {
    const nameOf = ({ model, version, sha256 }: ModelVersion) => ({ model, version, sha256 });
    return rolloutOf({ stream: STREAM, number, from: nameOf(version(to - 1)), to: nameOf(version(to)) });
  }

  async function write(next: Rollout): Promise<void> {
    expect(await registry.rollouts.change(await registry.rollouts.get(STREAM), next)).toBeDefined();
  }

  /** Overwrites the file's first chunk; returns what puts it back. */
  async function corrupt(number: number): Promise<() => Promise<void>> {
    const chunks = await grid.binaryMap(REGISTRY_MAPS.modelChunks);
    const { sha256, generation } = version(number);
    const key = [sha256, generation, 0].filter((part) => part !== '').join('/');
    const bytes = await chunks.get(key);
    if (!bytes) throw new Error(`no chunk ${key}`);
    await chunks.set(key, Buffer.alloc(bytes.length, 7));
    return () => chunks.set(key, bytes);
  }

  // ---- what the node does

  function start(id: string): Promise<TestApp> {
    return startNode({
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
      REDIS_URL: redis.url,
      NEARSCORE_LANES: String(LANES),
      NEARSCORE_HEARTBEAT_MS: '200',
      NEARSCORE_NODE_ID: id,
    });
  }

  async function entryOf(id: string): Promise<NodeEntry | undefined> {
    return (await registry.nodes.list()).find((entry) => entry.id === id);
  }

  async function epochOf(id: string): Promise<number | undefined> {
    return (await entryOf(id))?.streams.find(({ stream }) => stream === STREAM)?.epoch;
  }

  async function preparations(): Promise<unknown[]> {
    return ((await entryOf(NODE))?.rollouts ?? []).map(({ id, state, reason }) => [id, state, reason]);
  }

  async function ready(): Promise<number> {
    return (await fetch(`${node.url}/health/ready`)).status;
  }

  /** Of each lane. */
  async function sessions(): Promise<number[]> {
    const lanes = Array.from({ length: LANES }, (_, lane) => metric(`nearscore_lane_sessions{lane="${lane}"}`));
    return Promise.all(lanes);
  }

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    const line = text.split('\n').find((it) => it.startsWith(`${name} `));
    return Number(line?.slice(name.length) ?? NaN);
  }

  /** Writes the example's records, by index, and waits for their predictions. */
  async function records(keys: Record<string, number>): Promise<Map<string, Prediction>> {
    await put(keys);
    return eventually(async () => {
      const found = await predictions();
      expect([...found.keys()]).toEqual(expect.arrayContaining(Object.keys(keys)));
      return found;
    }, SLOW);
  }

  async function put(keys: Record<string, number>): Promise<void> {
    const features = await grid.recordMap(`features.${STREAM}`);
    for (const [key, index] of Object.entries(keys)) {
      const { values } = example.records[index] ?? { values: {} };
      await features.setCompact(key, STREAM, featureFields(config), values);
    }
  }

  async function predictions(): Promise<Map<string, Prediction>> {
    const map = await grid.objectMap<Prediction>(`predictions.${STREAM}`);
    return new Map(await map.entries());
  }
});
