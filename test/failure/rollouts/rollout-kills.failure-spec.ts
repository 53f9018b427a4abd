import { setTimeout as delay } from 'node:timers/promises';
import { projectPath } from '@nearscore/local-cluster';
import { eventually } from '@nearscore/testkit';
import { type Phase, PHASES } from './kills/phases';
import { type Victim, VICTIMS } from './kills/victims';
import { exampleVersion } from './models/version-answers';
import { RolloutStage } from './stage/rollout-stage';

/** Two missed heartbeats are 1 s, a lease 4 s. */
const SILENT_MS = 2_500;
const CELLS = PHASES.flatMap((phase) => VICTIMS.map((victim) => ({ phase, victim })));

describe('kill -9 while a rollout is under way', () => {
  let stage: RolloutStage;

  beforeAll(async () => {
    stage = await RolloutStage.open({
      logFolder: projectPath('.cache', 'logs', 'rollout-kills'),
      historyPath: projectPath('test-results', 'rollout-kills.jsonl'),
      gateways: 2,
      load: { stream: 'kills', recordsPerSecond: 1_000, keys: 6_600, probesPerSecond: 50 },
      models: [exampleVersion(1), exampleVersion(2), exampleVersion(3)],
    });
    stage.load.start();
  });

  afterAll(() => stage?.stop());

  it.each(CELLS.map((cell) => [cell.phase.state, cell.victim.name, cell] as const))(
    '%s: %s',
    async (_phase, _victim, { phase, victim }) => survive(phase, victim),
  );

  it('all gateways die between a commit and its settle: the first that comes back finishes it', async () => {
    const { id, release } = await phaseOf('committing').enter(stage, await nextVersion());
    await Promise.all([stage.cluster.killGateway(0), stage.cluster.killGateway(1)]);
    await release();
    await stage.cluster.startGateway(1);
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.cluster.startGateway(0);
    await stage.verify();
  });

  it('a node that comes back while others prepare scores what is committed then', async () => {
    const host = stage.cluster.grid.host(3);
    await host.kill('node');
    const { id, release } = await phaseOf('preparing').enter(stage, await nextVersion());
    await host.startNode();
    await release();
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  it('nothing counts as settled while a silent node may still score by what was before', async () => {
    const host = stage.cluster.grid.host(2);
    const { id, release } = await phaseOf('committing').enter(stage, await nextVersion());
    host.pause('node');
    await release();
    // Silent for long enough to count as dead, not for as long as its leases last.
    await delay(SILENT_MS);
    host.resume('node');
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  it('is refused without Redis, and nothing changes', async () => {
    const before = await stage.deployments.deployment();
    await stage.cluster.killRedis();
    const version = await nextVersion();
    await eventually(() => expect(stage.rollout({ version })).rejects.toThrow(/^503 .*QUEUE_DOWN/));
    expect(await stage.deployments.deployment()).toEqual(before);
    await stage.cluster.startRedis();
    const { id } = await eventually(() => stage.rollout({ version }), { timeoutMs: 20_000 });
    expect((await stage.ended(id)).state).toBe('completed');
    await stage.verify();
  });

  async function survive({ state, enter, ends }: Phase, { kill, restore }: Victim): Promise<void> {
    const before = stage.checker.counts.acknowledged;
    const from = await stage.deployments.deployment();
    const version = await nextVersion();
    const { id, release } = await enter(stage, version);
    await kill(stage.cluster);
    // The kill came in this phase, and not after it.
    const atKill = (await stage.deployments.rollout(id))?.state;
    await release();
    const ended = await stage.ended(id).finally(() => restore(stage.cluster));
    expect(atKill).toBe(state);
    expect(ends).toContain(ended.state);
    const now = await stage.deployments.deployment();
    const same = ({ model, version, sha256 }: typeof now) => ({ model, version, sha256 });
    expect(same(now)).toEqual(ended.state === 'completed' ? same({ ...now, ...ended.to }) : same(from));
    await stage.verify();
    expect(stage.checker.counts.acknowledged - before).toBeGreaterThan(500);
  }

  /** Another than is deployed. */
  async function nextVersion(): Promise<number> {
    return 1 + ((await stage.deployments.deployment()).version % 3);
  }
});

function phaseOf(state: Phase['state']): Phase {
  const phase = PHASES.find((it) => it.state === state);
  if (!phase) throw new Error(`nobody enters ${state}`);
  return phase;
}
