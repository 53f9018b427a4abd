import { connectGrid, type Grid } from '@nearscore/grid';
import { featureFields, type Prediction, predictionSerializer } from '@nearscore/records';
import { openRegistry, type Registry } from '@nearscore/registry';
import { eventually, exampleModel, startMember, startNode, type TestApp, type TestMember } from '@nearscore/testkit';
import { storeModel } from '../fixtures/model-deployment';

interface Setup extends Registry {
  readonly member: TestMember;
  readonly grid: Grid;
}

const PARTITIONS = 13;
/** Machines are busy. */
const SLOW = { timeoutMs: 30_000 };
const TTL_MAP = { 'features.fleeting': { 'time-to-live-seconds': 60, 'event-journal': { enabled: true } } };

async function setUp(): Promise<Setup> {
  const member = await startMember({ partitionCount: PARTITIONS, mapConfig: TTL_MAP });
  const { address, clusterName } = member;
  const compactSerializers = [predictionSerializer];
  const grid = await connectGrid({ members: [address], clusterName, clientName: 'test', compactSerializers });
  return { member, grid, ...(await openRegistry(grid)) };
}

async function status(node: TestApp, path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${node.url}${path}`);
  return { status: answer.status, body: await answer.text() };
}

describe('an inference node beside a member', () => {
  let setup: Setup;
  let node: TestApp;
  const model = exampleModel('breast-cancer');

  beforeAll(async () => {
    setup = await setUp();
    const { address, clusterName } = setup.member;
    const env = { NEARSCORE_GRID_MEMBERS: address, NEARSCORE_GRID_CLUSTER: clusterName, NEARSCORE_LANES: '2' };
    node = await startNode({ ...env, NEARSCORE_HEARTBEAT_MS: '200', NEARSCORE_NODE_ID: 'node-under-test' });
  }, 60_000);

  afterAll(async () => {
    await node?.stop();
    await setup?.grid.close();
    await setup?.member.stop();
  }, 30_000);

  it('is ready without a deployment, and announces itself with its lanes and member', async () => {
    await eventually(async () => expect(await status(node, '/health/ready')).toMatchObject({ status: 200 }), SLOW);
    await eventually(async () => {
      const [entry] = await setup.nodes.list();
      expect(entry).toMatchObject({ id: 'node-under-test', port: node.port, ready: true });
      expect(entry?.memberUuid).toBe(setup.grid.members()[0]?.uuid);
      expect(entry?.lanes.reduce((sum, { partitions }) => sum + partitions, 0)).toBe(PARTITIONS);
    });
  }, 60_000);

  it('scores the records of a stream once a model is deployed to it', async () => {
    const stored = { name: 'breast-cancer', version: 1, onnx: model.onnx(1), json: model.modelJson };
    const { config } = await storeModel(setup.models, stored);
    await setup.deployments.deploy('breast-cancer', 'breast-cancer', 1);

    const records = await setup.grid.recordMap('features.breast-cancer');
    for (const { key, values } of model.records) {
      await records.setCompact(key, 'breast-cancer', featureFields(config), values);
    }
    const predictions = await setup.grid.objectMap<Prediction>('predictions.breast-cancer');
    await eventually(async () => expect(await predictions.size()).toBe(model.records.length), SLOW);
    for (const [key, prediction] of await predictions.entries()) {
      expect(prediction).toMatchObject({ model: 'breast-cancer', version: 1, epoch: 1 });
      expect(Math.abs(prediction.score - (model.expected.get(key)?.[1] ?? NaN))).toBeLessThanOrEqual(1e-5);
    }
  }, 60_000);

  it('counts what it did, all of it read from its own member', async () => {
    await eventually(async () => {
      const { body } = await status(node, '/metrics');
      expect(body).toContain(`nearscore_scored_records_total{stream="breast-cancer"} ${model.records.length}\n`);
      expect(body).toContain('nearscore_unscored_records{stream="breast-cancer"} 0\n');
      expect(body).toContain('nearscore_oldest_unscored_seconds{stream="breast-cancer"} 0\n');
      expect(body).toContain('nearscore_locality_ratio 1\n');
      expect(body).toContain(`nearscore_leases_held ${PARTITIONS}\n`);
      expect(body).toContain('nearscore_node_ready 1\n');
    });
  });

  it('refuses a stream whose feature map loses records, by the name of the setting, and scores the others', async () => {
    await setup.deployments.deploy('fleeting', 'breast-cancer', 1);
    await eventually(async () => {
      const { status: code, body } = await status(node, '/health/ready');
      expect(code).toBe(503);
      expect(JSON.parse(body)).toMatchObject({
        error: { code: 'NOT_READY', details: { checks: { streams: { refused: [{ stream: 'fleeting' }] } } } },
      });
    });
    const { body } = await status(node, '/metrics');
    expect(body).toMatch(/nearscore_refused_streams\{stream="fleeting",setting="time-to-live-seconds"\} 1/);
    expect(node.logTail(200)).toMatch(/"stream":"fleeting","setting":"time-to-live-seconds"/);
    await eventually(async () => {
      const [announced] = await setup.nodes.list();
      expect(announced?.streams.map(({ stream }) => stream)).toEqual(['breast-cancer']);
    });
  });

  it('withdraws when it is stopped', async () => {
    await node.stop();
    expect(node.logTail(200)).toContain('"msg":"node stopped"');
    expect(await setup.nodes.list()).toEqual([]);
  });
});
