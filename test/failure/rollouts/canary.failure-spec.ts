import { projectPath } from '@nearscore/local-cluster';
import { exampleVersion } from './models/version-answers';
import { twinOf } from './models/twins';
import { type RolloutView } from './stage/rollout-calls';
import { RolloutStage } from './stage/rollout-stage';

const STREAM = 'canary';
const KEYS = 6_600;
/** Every key is written at least once while a step is held. */
const RECORDS_PER_SECOND = 3_300;
const HOLD_SECONDS = 2.5;
const PERCENTS = [1, 10, 50, 100];
const GUARDS = { minSamples: 40, maxErrorRate: 0.01, maxRunP99Ratio: null, maxPsi: 0.25 };
const LIVE = exampleVersion(1);
/** Says 0.2 to 0.8 where the live version says 0 to 1. */
const WORSE = twinOf(LIVE, 4, { factor: 0.6, offset: 0.2 });
/** Another file with the same answers. */
const AS_GOOD = twinOf(LIVE, 5, { factor: 1, offset: 0 });
const PATIENCE_MS = 90_000;

describe('a canary under load', () => {
  let stage: RolloutStage;

  beforeAll(async () => {
    stage = await RolloutStage.open({
      logFolder: projectPath('.cache', 'logs', 'canary'),
      historyPath: projectPath('test-results', 'canary.jsonl'),
      gateways: 2,
      load: { stream: STREAM, recordsPerSecond: RECORDS_PER_SECOND, keys: KEYS, probesPerSecond: 20 },
      models: [LIVE, WORSE, AS_GOOD],
    });
    stage.load.start();
  });

  afterAll(() => stage?.stop());

  it('that is worse goes back by itself, and says by how much', async () => {
    const before = await stage.deployments.deployment();
    const { id } = await begun(WORSE.version);
    await stage.ended(id, PATIENCE_MS);
    const { state, step, reason, figures } = await stage.api<RolloutView>('GET', `/v1/rollouts/${id}`);
    expect({ state, step, code: reason?.code }).toEqual({ state: 'rolled-back', step: 0, code: 'GUARD_BREACHED' });
    expect(reason?.message).toMatch(/PSI \d/);
    expect(figures?.psi).toBeGreaterThan(GUARDS.maxPsi);
    expect(figures?.samples).toBeGreaterThanOrEqual(GUARDS.minSamples);
    const { model, version, sha256 } = before;
    expect(await stage.deployments.deployment()).toMatchObject({ model, version, sha256, candidate: null });
    // It answered for its share, and for no more.
    expect(stage.checker.shareAt(100)?.percent).toBeGreaterThan(0);
    expect(stage.checker.shareAt(100)?.percent).toBeLessThan(3);
    await stage.verify();
  });

  it('that is as good goes live, step by step; keys keep their version while a node is killed and comes back', async () => {
    const node = stage.cluster.grid.host(2);
    const { id } = await begun(AS_GOOD.version);
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
      expect(seen?.keys).toBeGreaterThan(KEYS * 0.9);
      expect(Math.abs((seen?.percent ?? NaN) - share)).toBeLessThan(share < 5 ? 1 : 4);
    }
    await stage.verify();
  });

  it('is taken back exactly: the same file as before, the same answers', async () => {
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

  function begun(version: number): Promise<RolloutView> {
    const steps = PERCENTS.map((percent) => ({ percent, holdSeconds: HOLD_SECONDS }));
    return stage.rollout({ version, strategy: { type: 'canary', steps, guards: GUARDS } });
  }
});
