import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { projectPath } from '@nearscore/local-cluster';
import { REGISTRY_MAPS } from '@nearscore/registry';
import { eventually } from '@nearscore/testkit';
import { nextVersion, survive } from './kills/kill-run';
import { type Phase, PHASES } from './kills/phases';
import { victimsOf } from './kills/victims';
import { exampleVersion } from './models/version-answers';
import { twinOf } from './models/twins';
import { type RolloutView } from './stage/rollout-calls';
import { RolloutStage } from './stage/rollout-stage';
import { runSwaps } from './swaps/swap-run';
import { swapTable } from './swaps/swap-table';

const STREAM = 'rollouts';
const KEYS = 6_600;
/** With those of the warm-up a multiple of three: the first version is live again. */
const SWAPS = 12;
const WARM_UP_SWAPS = 3;
const LIVE = exampleVersion(1);
/** Says 0.2 to 0.8 where the live version says 0 to 1. */
const WORSE = twinOf(LIVE, 4, { factor: 0.6, offset: 0.2 });
/** Another file with the same answers. */
const AS_GOOD = twinOf(LIVE, 5, { factor: 1, offset: 0 });
/** Its bytes are broken in the grid once it is admitted. */
const BROKEN = twinOf(LIVE, 6, { factor: 1, offset: 0.000_001 });
const PERCENTS = [1, 10, 50, 100];
const HOLD_SECONDS = 2.5;
const GUARDS = { minSamples: 30, maxErrorRate: 0.01, maxRunP99Ratio: null, maxPsi: 0.25 };
const PATIENCE_MS = 90_000;
/** Two missed heartbeats are 1 s, a lease 4 s. */
const SILENT_MS = 2_500;

describe('versions that change under load', () => {
  let stage: RolloutStage;

  beforeAll(async () => {
    stage = await RolloutStage.open({
      logFolder: projectPath('.cache', 'logs', 'rollouts'),
      historyPath: projectPath('test-results', 'rollouts.jsonl'),
      gateways: 2,
      load: { stream: STREAM, recordsPerSecond: 1_500, keys: KEYS, probesPerSecond: 50 },
      models: [LIVE, exampleVersion(2), exampleVersion(3), WORSE, AS_GOOD, BROKEN],
    });
  });

  afterAll(() => stage?.stop());

  /** The short form of `npm run swaps`. */
  it('all at once, in a row: nothing unscored, nothing mixed, nothing early or late', async () => {
    const summary = await runSwaps(stage, { count: SWAPS, warmUp: WARM_UP_SWAPS, print: () => undefined });
    process.stdout.write(`\n${swapTable(summary)}\n`);
    expect(summary).toMatchObject({ completed: SWAPS, problem: null });
    // Had the wrong version answered, it would have been seen.
    expect(summary.toldApart).toBeGreaterThan(summary.predictions / 10);
    expect(summary.acknowledged).toBeGreaterThan(5_000);
  });

  it('a canary that is worse goes back by itself, and says by how much', async () => {
    const before = await stage.deployments.deployment();
    expect(before.version).toBe(LIVE.version);
    const { id } = await canary(WORSE.version);
    await stage.ended(id, PATIENCE_MS);
    const { state, step, reason, figures } = await stage.api<RolloutView>('GET', `/v1/rollouts/${id}`);
    expect({ state, step, code: reason?.code }).toEqual({ state: 'rolled-back', step: 0, code: 'GUARD_BREACHED' });
    expect(reason?.message).toMatch(/PSI \d/);
    expect(figures?.psi).toBeGreaterThan(GUARDS.maxPsi);
    expect(figures?.samples).toBeGreaterThanOrEqual(GUARDS.minSamples);
    const { model, version, sha256 } = before;
    expect(await stage.deployments.deployment()).toMatchObject({ model, version, sha256, candidate: null });
    // It answered for its share, and for no more.
    expect(stage.checker.shareAt(1)?.percent).toBeGreaterThan(0);
    expect(stage.checker.shareAt(1)?.percent).toBeLessThan(3);
    expect(stage.checker.shareAt(10)?.keys).toBe(0);
    await stage.verify();
  });

  it('a canary that is as good goes live by steps; keys keep their version while a node dies and comes back', async () => {
    const node = stage.cluster.grid.host(2);
    const { id } = await canary(AS_GOOD.version);
    await stage.deployments.until(id, ({ state, step }) => state === 'holding' && step === 1, PATIENCE_MS);
    await node.kill('node');
    await node.startNode();
    await stage.ended(id, PATIENCE_MS);
    const { state, percent, figures } = await stage.api<RolloutView>('GET', `/v1/rollouts/${id}`);
    expect({ state, percent }).toEqual({ state: 'completed', percent: 100 });
    expect(figures?.psi).toBeLessThan(0.01);
    const { version, previous } = await stage.deployments.deployment();
    expect({ version, previous: previous?.version }).toEqual({ version: AS_GOOD.version, previous: LIVE.version });
    for (const share of PERCENTS.slice(0, -1)) {
      const seen = stage.checker.shareAt(share);
      expect(seen?.keys).toBeGreaterThan(KEYS / 5);
      expect(Math.abs((seen?.percent ?? NaN) - share)).toBeLessThan(share < 5 ? 1.5 : 6);
    }
    await stage.verify();
  });

  it('a version is taken back exactly: the same file as before, the same answers', async () => {
    const { rollouts } = await stage.api<{ rollouts: RolloutView[] }>('GET', `/v1/rollouts?stream=${STREAM}&limit=1`);
    const { previous } = await stage.deployments.deployment();
    const { id, kind } = await stage.api<RolloutView>('POST', `/v1/rollouts/${rollouts[0]?.id}/rollback`);
    expect(kind).toBe('rollback');
    expect((await stage.ended(id)).state).toBe('completed');
    const { model, version, sha256 } = await stage.deployments.deployment();
    expect({ model, version, sha256 }).toEqual(previous);
    expect(version).toBe(LIVE.version);
    await stage.verify();
  });

  it('a version that no node can load is aborted with the reason of each, and nobody ever serves it', async () => {
    await breakBytes(sha256Of(BROKEN.onnx));
    const before = await stage.deployments.deployment();
    const { id } = await stage.rollout({ version: BROKEN.version });
    const { state, reason, nodes } = await stage.ended(id);
    expect({ state, code: reason?.code }).toEqual({ state: 'aborted', code: 'PREPARE_FAILED' });
    expect(nodes.filter((node) => node.state === 'FAILED' && node.reason?.includes('checksum'))).not.toEqual([]);
    expect(await stage.deployments.deployment()).toEqual(before);
    await stage.verify();
  });

  /** One by one: `npm run chaos -- rollouts`. */
  it.each(PHASES.map((phase) => [phase.state, phase] as const))(
    '%s: kill -9 of the coordinating gateway, one node and Redis at once',
    async (_state, phase) => {
      const before = stage.checker.counts.acknowledged;
      await survive(stage, phase, victimsOf(stage.cluster));
      // A fault that stopped all load would have shown nothing.
      expect(stage.checker.counts.acknowledged - before).toBeGreaterThan(500);
    },
  );

  it('all gateways die between a commit and its settle: the first that comes back finishes it', async () => {
    const { id, release } = await phaseOf('committing').enter(stage, await nextVersion(stage));
    await Promise.all([stage.cluster.killGateway(0), stage.cluster.killGateway(1)]);
    await release();
    await Promise.all([stage.cluster.startGateway(0), stage.cluster.startGateway(1)]);
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  it('a node that comes back while others prepare scores what is committed then', async () => {
    const host = stage.cluster.grid.host(3);
    await host.kill('node');
    const { id, release } = await phaseOf('preparing').enter(stage, await nextVersion(stage));
    await host.startNode();
    await release();
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  it('nothing counts as settled while a silent node may still score by what was before', async () => {
    const host = stage.cluster.grid.host(2);
    const { id, release } = await phaseOf('committing').enter(stage, await nextVersion(stage));
    host.pause('node');
    await release();
    // Silent for long enough to count as dead, not for as long as its leases last.
    await delay(SILENT_MS);
    host.resume('node');
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  it('a rollout is refused without Redis, and nothing changes', async () => {
    const before = await stage.deployments.deployment();
    await stage.cluster.killRedis();
    const version = await nextVersion(stage);
    await eventually(() => expect(stage.rollout({ version })).rejects.toThrow(/^503 .*QUEUE_DOWN/));
    expect(await stage.deployments.deployment()).toEqual(before);
    await stage.cluster.startRedis();
    const { id } = await stage.begun({ version });
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  async function breakBytes(sha256: string): Promise<void> {
    const chunks = await stage.client.getMap<string, Buffer>(REGISTRY_MAPS.modelChunks);
    const keys = (await chunks.keySet()).filter((key) => key.startsWith(sha256));
    expect(keys).not.toEqual([]);
    for (const key of keys) await chunks.set(key, Buffer.alloc((await chunks.get(key))?.length ?? 0));
  }

  function canary(version: number): Promise<RolloutView> {
    const steps = PERCENTS.map((percent) => ({ percent, holdSeconds: HOLD_SECONDS }));
    return stage.rollout({ version, strategy: { type: 'canary', steps, guards: GUARDS } });
  }
});

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function phaseOf(state: Phase['state']): Phase {
  const phase = PHASES.find((it) => it.state === state);
  if (!phase) throw new Error(`nobody enters ${state}`);
  return phase;
}
