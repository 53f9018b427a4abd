import { connectGrid, type Grid } from '@nearscore/grid';
import { encodeKey, type PredictionRecord, predictionSerializer, shareOf } from '@nearscore/records';
import { type DeployedCandidate, openRegistry, type Registry } from '@nearscore/registry';
import {
  eventually,
  exampleModel,
  type ExampleVersion,
  startMember,
  startNode,
  type TestApp,
  type TestMember,
} from '@nearscore/testkit';
import { Client, type IMap } from 'hazelcast-client';
import { deployToGrid } from '../fixtures/model-deployment';

const STREAM = 'cases';
const SALT = 'cases.1';
const TOLERANCE = 1e-5;
const SLOW = { timeoutMs: 30_000 };
const EXAMPLE = exampleModel('breast-cancer');

let member: TestMember;
let node: TestApp;
let grid: Grid;
let registry: Registry;
let client: Client;
let records: IMap<string, number[]>;
let predictions: IMap<string, PredictionRecord>;
let shadows: IMap<string, PredictionRecord>;

beforeAll(async () => {
  member = await startMember({ partitionCount: 31 });
  const { address, clusterName } = member;
  for (const version of [1, 2] as const) {
    const model = { name: 'breast-cancer', version, onnx: EXAMPLE.onnx(version), json: EXAMPLE.modelJson };
    await deployToGrid({ members: [address], clusterName }, model, version === 1 ? [STREAM] : []);
  }
  const env = { NEARSCORE_GRID_MEMBERS: address, NEARSCORE_GRID_CLUSTER: clusterName, NEARSCORE_LANES: '2' };
  node = await startNode({ ...env, NEARSCORE_HEARTBEAT_MS: '200' });
  grid = await connectGrid({ members: [address], clusterName, clientName: 'test' });
  registry = await openRegistry(grid);
  client = await Client.newHazelcastClient({
    ...{ clusterName, network: { clusterMembers: [address] } },
    serialization: { defaultNumberType: 'double', compact: { serializers: [predictionSerializer as never] } },
    properties: { 'hazelcast.logging.level': 'OFF' },
  });
  records = await client.getMap(`features.${STREAM}`);
  predictions = await client.getMap(`predictions.${STREAM}`);
  shadows = await client.getMap(`predictions.${STREAM}.shadow`);
}, 60_000);

afterAll(async () => {
  await client?.shutdown();
  await grid?.close();
  await node?.stop();
  await member?.stop();
}, 30_000);

/** Changes the candidate as a rollout would, and waits until the node has settled. Returns the epoch. */
async function deployCandidate(candidate: Pick<DeployedCandidate, 'mode' | 'percent'> | null): Promise<number> {
  const before = await registry.deployments.get(STREAM);
  if (!before) throw new Error('nothing is deployed');
  const version = { model: 'breast-cancer', version: 2, salt: SALT };
  const next = { ...before, epoch: before.epoch + 1, candidate: candidate && { ...version, ...candidate } };
  expect(await registry.deployments.change(before, next)).toBeDefined();
  await eventually(async () => expect((await announced())?.epoch).toBe(next.epoch), SLOW);
  return next.epoch;
}

async function announced() {
  const [entry] = await registry.nodes.list();
  return entry?.streams.find(({ stream }) => stream === STREAM);
}

/** Writes every example record under `<prefix><key>`, and waits for the predictions of the epoch. */
async function scored(epoch: number, prefix: string): Promise<Map<string, PredictionRecord>> {
  const keys = EXAMPLE.records.map(({ key }) => prefix + key);
  await records.setAll(EXAMPLE.records.map(({ key, values }) => [prefix + key, Object.values(values)]));
  return eventually(async () => {
    const entries = await predictions.getAll(keys);
    expect(entries.filter(([, made]) => Number(made.epoch) === epoch)).toHaveLength(keys.length);
    return new Map(entries);
  }, SLOW);
}

/** Each by the version that it says it is of. */
function expectExact(made: ReadonlyMap<string, PredictionRecord>, prefix: string): void {
  for (const [key, { score, version }] of made) {
    const expected = EXAMPLE.expected.get(key.slice(prefix.length))?.[version as ExampleVersion] ?? NaN;
    expect(Math.abs(score - expected)).toBeLessThanOrEqual(TOLERANCE);
  }
}

function isCandidates(key: string, percent: number): boolean {
  const data = encodeKey(key);
  return shareOf(data, 0, data.length, SALT) < percent;
}

describe('a canary on a real member', () => {
  it.each([10, 50])(
    'answers for its %i percent of the keys, and every prediction is what the version that it states gives',
    async (percent) => {
      const epoch = await deployCandidate({ mode: 'split', percent });
      const made = await scored(epoch, 'key-');
      expectExact(made, 'key-');
      for (const [key, { version }] of made) expect([key, version]).toEqual([key, isCandidates(key, percent) ? 2 : 1]);
      const own = [...made.keys()].filter((key) => isCandidates(key, percent)).length;
      expect(own).toBeGreaterThan(20);
      await eventually(async () => {
        const { candidate } = (await announced()) ?? {};
        expect(candidate).toMatchObject({ model: 'breast-cancer', version: 2, samples: own, failed: 0, shed: 0 });
        expect(candidate?.compared.samples).toBeGreaterThan(0);
      }, SLOW);
    },
    90_000,
  );

  it('is seen in the metrics of its node', async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    expect(text).toMatch(/nearscore_candidate_records\{stream="cases",outcome="scored"\} [1-9]/);
    expect(text).toMatch(/nearscore_candidate_run_p99_seconds\{stream="cases",role="live"\} [0-9]/);
  });

  it('is no more when the deployment has none', async () => {
    const epoch = await deployCandidate(null);
    const made = await scored(epoch, 'key-');
    expect(new Set([...made.values()].map(({ version }) => version))).toEqual(new Set([1]));
    expect((await announced())?.candidate ?? null).toBeNull();
  }, 60_000);
});

describe('a shadow on a real member', () => {
  /** What was written into the shadow map, per key, in its order. */
  const seen = new Map<string, number[]>();

  beforeAll(async () => {
    const note = ({ key, value }: { key: string; value: PredictionRecord | null }) => {
      const sequences = seen.get(key) ?? [];
      seen.set(key, sequences);
      if (value) sequences.push(Number(value.sourceSequence));
    };
    await shadows.addEntryListener({ added: note, updated: note }, undefined, true);
    await deployCandidate({ mode: 'shadow', percent: 100 });
  }, 60_000);

  it('has its own prediction of every record, in order, and answers none', async () => {
    const epoch = Number((await registry.deployments.get(STREAM))?.epoch);
    for (let round = 0; round < 5; round++) await scored(epoch, 'shadow-');
    const lastRound = Date.now();
    await scored(epoch, 'shadow-');
    const keys = EXAMPLE.records.map(({ key }) => `shadow-${key}`);
    const [made, ofShadow] = await eventually(async () => {
      const both = [new Map(await predictions.getAll(keys)), new Map(await shadows.getAll(keys))] as const;
      const sequences = both.map((entries) => keys.map((key) => Number(entries.get(key)?.sourceSequence)));
      expect(sequences[1]).toEqual(sequences[0]);
      for (const { scoredAt } of both[0].values()) expect(Number(scoredAt)).toBeGreaterThanOrEqual(lastRound);
      return both;
    }, SLOW);
    expectExact(made, 'shadow-');
    expect([...made.values()].every(({ version }) => version === 1)).toBe(true);
    expectExact(ofShadow, 'shadow-');
    expect([...ofShadow.values()].every(({ version }) => version === 2)).toBe(true);
    await eventually(() => {
      for (const [key, { sourceSequence }] of made) expect(seen.get(key)?.at(-1)).toBe(Number(sourceSequence));
    }, SLOW);
    for (const sequences of seen.values()) expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    await eventually(async () => expect((await announced())?.candidate).toMatchObject({ failed: 0, shed: 0 }), SLOW);
  }, 120_000);

  it('goes with its record', async () => {
    const keys = EXAMPLE.records.slice(0, 100).map(({ key }) => `shadow-${key}`);
    for (const key of keys) await records.delete(key);
    await eventually(async () => {
      expect(await predictions.getAll(keys)).toEqual([]);
      expect(await shadows.getAll(keys)).toEqual([]);
    }, SLOW);
    expect(await shadows.size()).toBe(EXAMPLE.records.length - keys.length);
  }, 60_000);
});

describe('a stream that is named as the shadow of another', () => {
  it('cannot be deployed', async () => {
    await expect(registry.deployments.deploy(`${STREAM}.shadow`, 'breast-cancer', 1)).rejects.toMatchObject({
      code: 'INVALID_NAME',
    });
  });
});
