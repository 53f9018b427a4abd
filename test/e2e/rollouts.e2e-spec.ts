import { eventually, exampleModel, startRedis } from '@nearscore/testkit';
import { type RolloutView } from '../../apps/gateway/src/rollouts/rollout-view';
import { type StreamView } from '../../apps/gateway/src/streams/stream-view';
import { writeRecords } from './record-formats';
import { type Stack, startStack } from './stack';

const MODEL = 'breast-cancer';
const SLOW = { timeoutMs: 30_000 };
const LENIENT = { minSamples: 1, maxErrorRate: 1, maxRunP99Ratio: null, maxPsi: null };
const { records } = exampleModel(MODEL);

let stack: Stack;

const start = (body: object, query = ''): Promise<RolloutView> => stack.api('POST', `/v1/rollouts${query}`, body);
const get = (id: string): Promise<RolloutView> => stack.api('GET', `/v1/rollouts/${id}`);
const ask = (id: string, what: string): Promise<RolloutView> => stack.api('POST', `/v1/rollouts/${id}/${what}`);
const deploymentOf = async (stream: string): Promise<StreamView['deployment']> =>
  (await stack.api<StreamView>('GET', `/v1/streams/${stream}`)).deployment;

async function until(id: string, state: string): Promise<RolloutView> {
  return eventually(async () => {
    const rollout = await get(id);
    expect(rollout).toMatchObject({ state });
    return rollout;
  }, SLOW);
}

async function deployTo(stream: string, version = 1): Promise<void> {
  await stack.api('PUT', `/v1/streams/${stream}`, { model: MODEL, version });
}

async function score(stream: string, prefix: string): Promise<readonly number[]> {
  await writeRecords(stack, stream, { format: 'json', records, prefix });
  const predictions = await stack.client.getMap<string, { version: number }>(`predictions.${stream}`);
  return eventually(async () => {
    const entries = await predictions.getAll(records.map(({ key }) => prefix + key));
    expect(entries).toHaveLength(records.length);
    return entries.map(([, { version }]) => version);
  }, SLOW);
}

beforeAll(async () => {
  stack = await startStack();
  for (const version of [3, 2, 1] as const) await stack.deployExample(MODEL, version);
}, 180_000);

afterAll(() => stack?.stop());

describe('a rollout at once', () => {
  it('makes a version live on all nodes, and another brings back what was live before', async () => {
    await deployTo('at-once');
    const begun = await start({ stream: 'at-once', version: 2 });
    expect(begun).toMatchObject({ id: 'at-once.1', state: 'preparing', from: { version: 1 }, to: { version: 2 } });
    const ended = await until(begun.id, 'completed');
    expect(ended).toMatchObject({ percent: 100, epoch: 2, nodes: [{ state: 'SETTLED', reason: null }], reason: null });
    expect(await deploymentOf('at-once')).toMatchObject({
      version: 2,
      epoch: 2,
      previous: { version: 1 },
      candidate: null,
    });
    expect(new Set(await score('at-once', 'a-'))).toEqual(new Set([2]));

    const back = await ask(begun.id, 'rollback');
    expect(back).toMatchObject({ kind: 'rollback', to: begun.from });
    await until(back.id, 'completed');
    expect(await deploymentOf('at-once')).toMatchObject({ ...begun.from, epoch: 3 });
    await expect(ask(begun.id, 'rollback')).rejects.toThrow('ROLLOUT_STATE');
  }, 120_000);

  it('makes a first deployment, when its model is named', async () => {
    await expect(start({ stream: 'first', version: 1 })).rejects.toThrow('STREAM_NOT_FOUND');
    const { id } = await start({ stream: 'first', model: MODEL, version: 1 });
    expect(await until(id, 'completed')).toMatchObject({ from: null, epoch: 1 });
    await expect(ask(id, 'rollback')).rejects.toThrow('ROLLOUT_STATE');
  }, 60_000);

  it('tells how far it is until it ends', async () => {
    await deployTo('told');
    const { id } = await start({ stream: 'told', version: 2 });
    const response = await fetch(`${stack.gateway.url}/v1/rollouts/${id}`, {
      headers: { accept: 'text/event-stream' },
    });
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event: '));
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    expect(events.at(-1)).toMatch(/^event: end\ndata: \{"id":"told.1".*"state":"completed"/);
    expect(events.slice(0, -1).every((event) => event.startsWith('event: progress\ndata: '))).toBe(true);
  }, 60_000);
});

describe('a rollout by steps', () => {
  it('holds each of them, answers for its share of the keys, and goes live', async () => {
    await deployTo('steps');
    const steps = [{ percent: 50, holdSeconds: 0 }];
    const { id } = await start({ stream: 'steps', version: 2, strategy: { type: 'canary', steps, guards: LENIENT } });
    await until(id, 'holding');
    expect(await deploymentOf('steps')).toMatchObject({
      ...{ version: 1, epoch: 2, rollout: { id, step: 0 } },
      candidate: { version: 2, mode: 'split', percent: 50, salt: id },
    });
    expect(new Set(await score('steps', 'a-'))).toEqual(new Set([1, 2]));
    expect(await until(id, 'completed')).toMatchObject({ epoch: 3, figures: { samples: expect.any(Number) } });
    expect(await deploymentOf('steps')).toMatchObject({ version: 2, candidate: null, previous: { version: 1 } });
  }, 120_000);

  it('goes back when it is cancelled, and nothing else is deployed meanwhile', async () => {
    await deployTo('cancelled');
    const before = await deploymentOf('cancelled');
    const { id } = await start({ stream: 'cancelled', version: 2, strategy: { type: 'ab', percent: 20 } });
    await until(id, 'holding');
    await expect(start({ stream: 'cancelled', version: 3 })).rejects.toThrow('ROLLOUT_RUNNING');
    await expect(deployTo('cancelled', 3)).rejects.toThrow('ROLLOUT_RUNNING');
    await ask(id, 'cancel');
    expect(await until(id, 'rolled-back')).toMatchObject({ reason: { code: 'CANCELLED' }, epoch: 3 });
    const { model, version, sha256, previous } = before;
    expect(await deploymentOf('cancelled')).toMatchObject({
      model,
      version,
      sha256,
      previous,
      candidate: null,
      epoch: 3,
    });
    await expect(ask(id, 'cancel')).rejects.toThrow('ROLLOUT_STATE');
    await deployTo('cancelled', 3);
  }, 120_000);

  it('goes live from the shadow when it is promoted', async () => {
    await deployTo('shadowed');
    const { id } = await start({ stream: 'shadowed', version: 3, strategy: { type: 'shadow' } });
    await until(id, 'holding');
    expect(new Set(await score('shadowed', 'a-'))).toEqual(new Set([1]));
    const shadows = await stack.client.getMap('predictions.shadowed.shadow');
    await eventually(async () => expect(await shadows.size()).toBe(records.length), SLOW);
    await ask(id, 'promote');
    await until(id, 'completed');
    expect(new Set(await score('shadowed', 'b-'))).toEqual(new Set([3]));
    await eventually(async () => expect(await shadows.size()).toBe(0), SLOW);
  }, 120_000);

  it('goes back by itself when its scores are distributed otherwise', async () => {
    await deployTo('worse');
    const guards = { minSamples: 100, maxErrorRate: 1, maxRunP99Ratio: null, maxPsi: 0.000_001 };
    const { id } = await start({ stream: 'worse', version: 3, strategy: { type: 'ab', percent: 90, guards } });
    await until(id, 'holding');
    await score('worse', 'a-');
    const ended = await until(id, 'rolled-back');
    expect(ended).toMatchObject({ reason: { code: 'GUARD_BREACHED', message: expect.stringContaining('PSI') } });
    expect(ended.figures?.psi).toBeGreaterThan(guards.maxPsi);
    expect(await deploymentOf('worse')).toMatchObject({ version: 1, candidate: null });
  }, 120_000);
});

describe('what cannot be', () => {
  it('is refused before anything changes', async () => {
    await deployTo('refused');
    await expect(start({ stream: 'refused', version: 99 })).rejects.toThrow('MODEL_VERSION_NOT_FOUND');
    await expect(start({ stream: 'refused', version: 'latest' })).rejects.toThrow('BODY_MALFORMED');
    await expect(get('refused.1')).rejects.toThrow('ROLLOUT_NOT_FOUND');
    await expect(ask('no such', 'cancel')).rejects.toThrow('ROLLOUT_NOT_FOUND');
    expect(await stack.api('GET', '/v1/rollouts?stream=refused')).toEqual({ rollouts: [] });
  });

  it('is refused while Redis is down; what is under way ends without it', async () => {
    await deployTo('no-queue');
    const { id } = await start({ stream: 'no-queue', version: 2, strategy: { type: 'shadow' } });
    await until(id, 'holding');
    await stack.redis.stop();
    await eventually(() => expect(start({ stream: 'first', version: 2 })).rejects.toThrow('QUEUE_DOWN'), SLOW);
    await ask(id, 'promote');
    await until(id, 'completed');
    const redis = await startRedis({ port: stack.redis.port });
    const after = await eventually(() => start({ stream: 'no-queue', version: 3 }), SLOW);
    await until(after.id, 'completed');
    await redis.stop();
  }, 120_000);
});
