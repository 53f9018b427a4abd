import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectGrid, type Grid } from '@nearscore/grid';
import { featureFields, type Prediction, predictionSerializer } from '@nearscore/records';
import { openRegistry, type Registry } from '@nearscore/registry';
import { eventually, startMember, startNode, type TestApp, type TestMember } from '@nearscore/testkit';
import { storeModel } from '../fixtures/model-deployment';

const WATCHDOG_MS = 1_000;
const SLOW = { timeoutMs: 30_000 };
const MODEL_JSON = { name: 'patience', features: ['code', 'other'] };

describe('a lane that does not come back from a model', () => {
  let member: TestMember;
  let grid: Grid;
  let registry: Registry;
  let node: TestApp;

  const start = (): Promise<TestApp> =>
    startNode({
      NEARSCORE_GRID_MEMBERS: member.address,
      NEARSCORE_GRID_CLUSTER: member.clusterName,
      NEARSCORE_LANES: '2',
      NEARSCORE_WATCHDOG_MS: String(WATCHDOG_MS),
    });

  beforeAll(async () => {
    member = await startMember({ partitionCount: 13 });
    const { address, clusterName } = member;
    const compactSerializers = [predictionSerializer];
    grid = await connectGrid({ members: [address], clusterName, clientName: 'test', compactSerializers });
    registry = await openRegistry(grid);
    node = await start();
    await deploy('hang.onnx', 1);
  }, 60_000);

  afterAll(async () => {
    await node?.stop();
    await grid?.close();
    await member?.stop();
  }, 30_000);

  it('is not what a process is taken for that was paused as a whole', async () => {
    await write({ early: 0.25 });
    await eventually(async () => expect(await versions()).toEqual({ early: 1 }), SLOW);
    node.signal('SIGSTOP');
    // Its entry lives for several times the watchdog's limit.
    await eventually(async () => expect(await registry.nodes.list()).toEqual([]), SLOW);
    node.signal('SIGCONT');
    await write({ later: 0.25 });
    await eventually(async () => expect(await versions()).toEqual({ early: 1, later: 1 }), SLOW);
    expect(node.isRunning()).toBe(true);
  }, 90_000);

  it('makes the node end itself, and says which model of which stream', async () => {
    await write({ endless: 3 });
    expect(await node.ended).toBe('SIGKILL');
    const line = node
      .logTail(50)
      .split('\n')
      .find((text) => text.includes('LANE_STUCK'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      ...{ level: 'fatal', code: 'LANE_STUCK', stage: 'run', stream: 'patience', model: 'patience', version: 1 },
      stuckMs: WATCHDOG_MS,
    });
  }, 60_000);

  it('costs no record: with another version deployed, the next node scores it', async () => {
    await deploy('poison.onnx', 2);
    node = await start();
    await eventually(async () => expect(await versions()).toMatchObject({ endless: 2 }), SLOW);
  }, 60_000);

  async function deploy(file: string, version: number): Promise<void> {
    const onnx = readFileSync(join(__dirname, '../fixtures/models', file));
    await storeModel(registry.models, { name: 'patience', version, onnx, json: MODEL_JSON });
    await registry.deployments.deploy('patience', 'patience', version);
  }

  async function write(codes: Record<string, number>): Promise<void> {
    const fields = featureFields((await registry.models.get('patience', 1)).config);
    const records = await grid.recordMap('features.patience');
    for (const [key, code] of Object.entries(codes)) {
      await records.setCompact(key, 'patience', fields, { code, other: 0 });
    }
  }

  async function versions(): Promise<Record<string, number>> {
    const predictions = await grid.objectMap<Prediction>('predictions.patience');
    return Object.fromEntries((await predictions.entries()).map(([key, { version }]) => [key, version]));
  }
});
