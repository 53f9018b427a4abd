import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PredictionRecord } from '@nearscore/records';
import { eventually } from '@nearscore/testkit';
import { type Stack, startStack } from './stack';

interface RolloutView {
  readonly id: string;
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly figures: { readonly errorRate: number | null; readonly liveErrorRate: number | null } | null;
}

type Entry = [key: string, values: number[]];

const STREAM = 'mended';
const FAILING = 1;
const MENDED = 2;
const PATIENCE = { timeoutMs: 40_000 };

/** Version 1 fails on a `code` above 3: MODEL_RUN_FAILED. Version 2 takes all. */
describe('records that only one of two versions can score', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    await putModel(FAILING, ['code', 'other']);
    await putModel(MENDED, [{ name: 'code', scale: { min: 0, max: 1_000 } }, 'other']);
    await stack.api('PUT', `/v1/streams/${STREAM}`, { model: 'poison', version: FAILING });
  }, 90_000);

  afterAll(() => stack?.stop());

  it('hold nothing up, and are scored without being asked for once a rollout has brought the mended one', async () => {
    const entries = entriesOf('live', 4_000, 1_000);
    const poison = entries.filter(([, [code = 0]]) => code > 3).map(([key]) => key);
    await (await records()).setAll(entries);
    await eventually(async () => expect(await scored(entries)).toBe(entries.length - poison.length), PATIENCE);
    await eventually(async () => expect(await parkedKeys()).toEqual([...poison].sort()), PATIENCE);

    await ended(await begin({ version: MENDED }), 'completed');
    await eventually(async () => expect(await parkedKeys()).toEqual([]), PATIENCE);
    for (const key of poison) expect(await (await predictions()).get(key)).toMatchObject({ version: MENDED });
    // Nobody asked for the others to be scored again.
    expect(await (await predictions()).get('live-0')).toMatchObject({ version: FAILING });
  }, 120_000);

  it('show in a candidate’s error rate: it goes back by itself, and the live version scores what it could not', async () => {
    const guards = { minSamples: 100, maxErrorRate: 0.01, maxRunP99Ratio: null, maxPsi: null };
    const strategy = { type: 'canary', steps: [{ percent: 50, holdSeconds: 60 }], guards };
    const id = await begin({ version: FAILING, strategy });
    await eventually(async () => expect((await rollout(id)).state).toBe('holding'), PATIENCE);
    const entries = entriesOf('split', 2_000, 20);
    await (await records()).setAll(entries);

    const { reason, figures } = await ended(id, 'rolled-back');
    expect(reason?.code).toBe('GUARD_BREACHED');
    expect(reason?.message).toMatch(/\d\.\d\d % of its records failed, 0\.00 % of the live version's/);
    expect(figures?.errorRate).toBeGreaterThan(0.01);
    expect(figures?.liveErrorRate).toBe(0);
    await eventually(async () => expect(await scored(entries)).toBe(entries.length), PATIENCE);
    await eventually(async () => expect(await parkedKeys()).toEqual([]), PATIENCE);
    const deployed = await stack.api<{ deployment: object }>('GET', `/v1/streams/${STREAM}`);
    expect(deployed.deployment).toMatchObject({ version: MENDED, candidate: null });
  }, 120_000);

  async function begin(request: object): Promise<string> {
    return (await stack.api<RolloutView>('POST', '/v1/rollouts', { stream: STREAM, ...request })).id;
  }

  function rollout(id: string): Promise<RolloutView> {
    return stack.api<RolloutView>('GET', `/v1/rollouts/${id}`);
  }

  function ended(id: string, state: string): Promise<RolloutView> {
    return eventually(async () => {
      const view = await rollout(id);
      expect(view).toMatchObject({ state });
      return view;
    }, PATIENCE);
  }

  async function parkedKeys(): Promise<string[]> {
    const { deadLetters } = await stack.api<{ deadLetters: { key: string }[] }>(
      'GET',
      `/v1/streams/${STREAM}/dead-letters?limit=1000`,
    );
    return deadLetters.map(({ key }) => key).sort();
  }

  async function scored(entries: readonly Entry[]): Promise<number> {
    return (await (await predictions()).getAll(entries.map(([key]) => key))).length;
  }

  function records() {
    return stack.floatClient.getMap<string, number[]>(`features.${STREAM}`);
  }

  function predictions() {
    return stack.floatClient.getMap<string, PredictionRecord>(`predictions.${STREAM}`);
  }

  async function putModel(version: number, features: unknown[]): Promise<void> {
    const form = new FormData();
    const onnx = readFileSync(join(__dirname, '../fixtures/models/poison.onnx'));
    form.set('model', new Blob([new Uint8Array(onnx)]), 'model.onnx');
    form.set('config', new Blob([JSON.stringify({ name: 'poison', features })]), 'model.json');
    const answer = await fetch(`${stack.gateway.url}/v1/models/poison/versions/${version}`, {
      method: 'PUT',
      body: form,
    });
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, '']);
  }
});

/** One in so many is poison for version 1. */
function entriesOf(prefix: string, count: number, oneIn: number): Entry[] {
  return Array.from({ length: count }, (_, n) => [`${prefix}-${n}`, [n % oneIn === 7 ? 99 : n % 4, 0]]);
}
