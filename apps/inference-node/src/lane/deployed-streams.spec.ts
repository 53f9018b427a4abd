import { type RecordBatch } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { type Deployment } from '@nearscore/registry';
import { DeployedStreams } from './deployed-streams';
import { type LaneDeployment, type LaneModel } from './lane-messages';
import { LanePulse } from './lane-pulse';
import { SessionPool } from './session-pool';

const modelOf = (version: number): LaneModel => ({ model: 'mlp', version, sha256: `sha-${version}` }) as LaneModel;

function deployed(stream: string, epoch: number, live: number, candidate?: number): LaneDeployment {
  const deployment = { stream, epoch, model: 'mlp', version: live, featureMap: 'f', predictionMap: 'p' } as Deployment;
  return { deployment, live: modelOf(live), ...(candidate !== undefined && { candidate: modelOf(candidate) }) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const batchOf = (stream: string): RecordBatch => ({ stream }) as RecordBatch;

function setUp() {
  const log: string[] = [];
  /** Loads that have to be let through, by version; all others end at once. */
  const held = new Map<number, { fail(error: Error): void; end(): void }>();
  const hold = (version: number): void => void held.set(version, { fail: () => undefined, end: () => undefined });
  const load = ({ version }: LaneModel): Promise<ScoringSession> => {
    log.push(`load ${version}`);
    const session = { release: () => Promise.resolve(void log.push(`release ${version}`)) } as ScoringSession;
    if (!held.has(version)) return Promise.resolve(session);
    return new Promise((resolve, reject) => held.set(version, { end: () => resolve(session), fail: reject }));
  };
  const pool = new SessionPool(load);
  const scoring: (() => void)[] = [];
  const streams = new DeployedStreams({
    ...{ pool, pulse: new LanePulse() },
    createScorer: (it, sessions) => {
      let inFlight: Promise<void> = Promise.resolve();
      const name = `${it.deployment.stream}@${it.deployment.epoch}`;
      log.push(`scorer ${name}${sessions.candidate ? ' with candidate' : ''}`);
      return {
        deployed: it,
        score: () => {
          log.push(`score ${name}`);
          return (inFlight = new Promise((resolve) => scoring.push(resolve)));
        },
        candidateReport: () => undefined,
        close: () => inFlight,
      };
    },
  });
  streams.listen({
    changed: () =>
      log.push(
        `follow ${streams
          .followed()
          .map(({ name }) => name)
          .join()}`,
      ),
    applied: ({ stream, epoch }, prepared) =>
      log.push(`applied ${stream}@${epoch} ${prepared ? 'prepared' : 'loaded'}`),
    failed: ({ stream, epoch }, reason) => log.push(`failed ${stream}@${epoch} ${reason}`),
    prepared: ({ version }, error) => log.push(`prepared ${version} ${error ?? 'well'}`),
  });
  /** What has happened since this was asked last. */
  const news = (): string[] => log.splice(0);
  return { streams, pool, hold, held: (version: number) => held.get(version), scoring, news };
}

describe('DeployedStreams', () => {
  it('loads, warms and follows what is deployed, and drops what is not', async () => {
    const { streams, pool, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1), deployed('spam', 4, 1, 2)]);
    expect(news().sort()).toEqual(
      [
        ...['load 1', 'load 2', 'scorer fraud@1', 'follow fraud', 'applied fraud@1 loaded'],
        ...['scorer spam@4 with candidate', 'follow fraud,spam', 'applied spam@4 loaded'],
      ].sort(),
    );
    await streams.deploy([deployed('fraud', 1, 1)]);
    expect(news()).toEqual(['follow fraud', 'release 2']);
    await streams.deploy([]);
    expect([news(), pool.size]).toEqual([['follow ', 'release 1'], 0]);
  });

  it('switches to prepared versions without a load, and holds as many as are needed through many swaps', async () => {
    const { streams, pool, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    for (let epoch = 2; epoch < 50; epoch++) {
      const [former, next] = [((epoch - 2) % 3) + 1, ((epoch - 1) % 3) + 1];
      await streams.prepare([modelOf(next), modelOf(former)]);
      expect(pool.size).toBe(2);
      news();
      await streams.deploy([deployed('fraud', epoch, next)]);
      expect(news()).toEqual([`scorer fraud@${epoch}`, 'follow fraud', `applied fraud@${epoch} prepared`]);
      await streams.prepare([]);
      expect([news(), pool.size]).toEqual([[`release ${former}`], 1]);
    }
  });

  it('scores as before until the new version is loaded', async () => {
    const { streams, hold, held, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    hold(2);
    const deploying = streams.deploy([deployed('fraud', 2, 2)]);
    await turn();
    news();
    void streams.score(batchOf('fraud'));
    expect([news(), streams.deploymentOf('fraud')?.epoch]).toEqual([['score fraud@1'], 1]);
    held(2)?.end();
    await turn();
    expect(streams.deploymentOf('fraud')?.epoch).toBe(2);
    await deploying;
  });

  it('ends a batch with the version that began it, which is released only then', async () => {
    const { streams, scoring, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    const batch = streams.score(batchOf('fraud'));
    await streams.deploy([deployed('fraud', 2, 2)]);
    expect([streams.scoredBy('fraud')?.epoch, streams.deploymentOf('fraud')?.epoch]).toEqual([1, 2]);
    expect(news()).not.toContain('release 1');
    scoring[0]?.();
    await batch;
    await turn();
    expect(news()).toEqual(['release 1']);
  });

  it('drops a stream whose version cannot be loaded, and loads it when it is told again', async () => {
    const { streams, hold, held, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1), deployed('spam', 1, 1)]);
    news();
    hold(2);
    const told = [deployed('fraud', 2, 2), deployed('spam', 1, 1)];
    const failing = streams.deploy(told);
    await turn();
    held(2)?.fail(new Error('bad file'));
    await failing;
    expect(news()).toEqual(['load 2', 'follow spam', 'failed fraud@2 bad file']);
    await expect(streams.score(batchOf('fraud'))).rejects.toThrow('not deployed here');
    const again = streams.deploy(told);
    await turn();
    held(2)?.end();
    await again;
    expect(news()).toEqual(['load 2', 'scorer fraud@2', 'follow spam,fraud', 'applied fraud@2 loaded']);
  });

  it('drops a stream whose candidate cannot be loaded', async () => {
    const { streams, hold, held, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    hold(2);
    const failing = streams.deploy([deployed('fraud', 2, 1, 2)]);
    await turn();
    held(2)?.fail(new Error('bad file'));
    await failing;
    expect(news()).toContain('failed fraud@2 bad file');
    expect(streams.followed()).toEqual([]);
  });

  it('forgets a deployment that was overtaken while it was loaded', async () => {
    const { streams, pool, hold, held, news } = setUp();
    hold(2);
    const overtaken = streams.deploy([deployed('fraud', 2, 2)]);
    await turn();
    const latest = streams.deploy([deployed('fraud', 3, 3)]);
    held(2)?.end();
    await Promise.all([overtaken, latest]);
    await turn();
    expect(
      news()
        .filter((it) => /^(applied|release)/.test(it))
        .sort(),
    ).toEqual(['applied fraud@3 loaded', 'release 2']);
    expect(pool.size).toBe(1);
  });

  it('lets a switch pass a load that is under way for something else', async () => {
    const { streams, hold, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    await streams.prepare([modelOf(2)]);
    hold(9);
    void streams.prepare([modelOf(2), modelOf(9)]);
    await turn();
    news();
    await streams.deploy([deployed('fraud', 2, 2)]);
    expect(news()).toContain('applied fraud@2 prepared');
  });

  it('answers for each version that it is to prepare, also for one that is there', async () => {
    const { streams, hold, held, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    news();
    hold(2);
    const preparing = streams.prepare([modelOf(1), modelOf(2)]);
    await turn();
    expect(news()).toEqual(['load 2', 'prepared 1 well']);
    held(2)?.fail(new Error('no memory'));
    await preparing;
    expect(news()).toEqual(['prepared 2 no memory']);
  });

  it('leaves nothing when it is closed', async () => {
    const { streams, pool, scoring, news } = setUp();
    await streams.deploy([deployed('fraud', 1, 1)]);
    await streams.prepare([modelOf(2)]);
    const batch = streams.score(batchOf('fraud'));
    const closed = streams.close();
    await turn();
    scoring[0]?.();
    await Promise.all([batch, closed]);
    expect(news()).toEqual(expect.arrayContaining(['release 1', 'release 2']));
    expect(pool.size).toBe(0);
  });
});
