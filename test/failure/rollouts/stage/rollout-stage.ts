import { type Client } from 'hazelcast-client';
import { connectGrid, type Grid } from '@nearscore/grid';
import { isEnded, type NodeEntry, REGISTRY_MAPS, type Rollout } from '@nearscore/registry';
import { eventually } from '@nearscore/testkit';
import { callApi } from '../../../e2e/stack';
import { PARTITIONS } from '../../cluster/failure-cluster';
import { History } from '../../history/history';
import { stockClient } from '../../workload/stock-client';
import { RolloutChecker } from '../history/rollout-checker';
import { type RolloutFact } from '../history/rollout-fact';
import { ProbeLatencies } from '../load/probe-latencies';
import { type LoadOptions, RecordLoad } from '../load/record-load';
import { answersOf, type RowModel } from '../models/version-answers';
import { DeploymentWatch } from '../watch/deployment-watch';
import { unlikeRecords } from '../watch/map-comparison';
import { PredictionWatch } from '../watch/prediction-watch';
import { admit, type RolloutRequest, type RolloutView } from './rollout-calls';
import { RolloutCluster, type RolloutClusterOptions } from './rollout-cluster';

export interface RolloutStageOptions extends Omit<RolloutClusterOptions, 'report'> {
  /** JSON lines; none at rates that would fill a disk. */
  readonly historyPath?: string;
  readonly load: LoadOptions;
  /** All that may be deployed; the first is, by hand. */
  readonly models: readonly RowModel[];
}

const SCORED_TIMEOUT_MS = 60_000;
const TAKEN_TIMEOUT_MS = 20_000;

/** A cluster under load whose versions change, everything that is seen of it judged. */
export class RolloutStage {
  readonly checker: RolloutChecker;
  readonly latencies = new ProbeLatencies();

  private constructor(
    private readonly options: RolloutStageOptions,
    readonly cluster: RolloutCluster,
    readonly history: History<RolloutFact>,
    readonly client: Client,
    private readonly grid: Grid,
    checker: RolloutChecker,
  ) {
    this.checker = checker;
    history.observe((fact) => checker.accept(fact));
    history.observe((fact) => this.latencies.accept(fact));
  }

  private watched: PredictionWatch | undefined;
  private deploymentWatch: DeploymentWatch | undefined;
  private loading: RecordLoad | undefined;

  /** Resolves when all nodes score the first version; the load is under way. */
  static async open(options: RolloutStageOptions): Promise<RolloutStage> {
    const history = new History<RolloutFact>(options.historyPath);
    const checker = new RolloutChecker(await answersOf(options.models));
    const report = (process: string, state: 'up' | 'paused' | 'down'): void =>
      void history.add({ type: 'process', process, state });
    const cluster = await RolloutCluster.start({ ...options, report });
    try {
      const { clusterName, addresses } = cluster.grid;
      const client = await stockClient(clusterName, addresses);
      const grid = await connectGrid({ members: addresses, clusterName, clientName: 'rollout-stage' });
      const stage = new RolloutStage(options, cluster, history, client, grid, checker);
      await stage.begin();
      return stage;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get stream(): string {
    return this.options.load.stream;
  }

  get deployments(): DeploymentWatch {
    return needed(this.deploymentWatch);
  }

  get load(): RecordLoad {
    return needed(this.loading);
  }

  api<T>(method: string, path: string, body?: unknown, gateway?: number): Promise<T> {
    return callApi<T>(this.cluster.gatewayUrl(gateway), method, path, body);
  }

  rollout(request: Omit<RolloutRequest, 'stream'>, gateway?: number): Promise<RolloutView> {
    return this.api('POST', '/v1/rollouts', { stream: this.stream, ...request }, gateway);
  }

  /** Asks until it is taken: a gateway whose Redis, or nodes, have just come back refuses it for a moment, and changes nothing. */
  begun(request: Omit<RolloutRequest, 'stream'>, gateway?: number): Promise<RolloutView> {
    return eventually(() => this.rollout(request, gateway), { timeoutMs: TAKEN_TIMEOUT_MS });
  }

  ended(id: string, timeoutMs?: number): Promise<Rollout> {
    return this.deployments.until(id, isEnded, timeoutMs);
  }

  /** Asks for a rollout and waits until it has ended. Throws unless it completed. */
  async completed(request: Omit<RolloutRequest, 'stream'>): Promise<void> {
    const { id } = await this.rollout(request);
    const { state, reason } = await this.ended(id);
    if (state !== 'completed') throw new Error(`${id} ended ${state}: ${JSON.stringify(reason)}`);
  }

  /** Every living node scores the stream with the deployed epoch and version. */
  async untilAgreed(timeoutMs = 30_000): Promise<void> {
    const map = await this.client.getMap<string, NodeEntry>(REGISTRY_MAPS.nodes);
    await eventually(
      async () => {
        const { epoch, version } = await this.deployments.deployment();
        const living = this.cluster.grid.hosts.filter((host) => host.isUp('node')).map((host) => host.nameOf('node'));
        const entries = new Map(await map.entrySet());
        const served = living.map((name) => {
          const stream = entries.get(name)?.streams.find((it) => it.stream === this.stream);
          return { node: name, ready: entries.get(name)?.ready, epoch: stream?.epoch, version: stream?.version };
        });
        expectSame(
          served,
          living.map((node) => ({ node, ready: true, epoch, version })),
        );
      },
      { timeoutMs },
    );
  }

  /**
   * Nodes agree; with the load paused, every record gets its prediction, and nothing that was seen until then was wrong.
   * Throws with what is not so, and begins anew with what comes after.
   */
  async verify(): Promise<void> {
    await this.untilAgreed();
    await this.load.pause();
    try {
      await this.untilScored();
    } finally {
      this.load.start();
    }
    const { wrong, blind } = this.checker;
    const found = [...wrong.splice(0), ...blind.splice(0).map((what) => `not seen: ${what}`)];
    if (found.length > 0) throw new Error(`${found.length} wrong: ${found.slice(0, 5).join('; ')}`);
  }

  private async untilScored(): Promise<void> {
    await eventually(
      () => {
        const unscored = this.checker.unscored();
        if (unscored.length > 0) throw new Error(`${unscored.length} unscored: ${unscored.slice(0, 5).join(', ')}`);
      },
      { timeoutMs: SCORED_TIMEOUT_MS },
    );
    const unlike = await unlikeRecords(needed(this.watched).reader, this.stream, PARTITIONS);
    if (unlike.length > 0) throw new Error(`${unlike.length} unlike: ${unlike.slice(0, 5).join(', ')}`);
  }

  async stop(): Promise<void> {
    // The load's own end may be what failed; the processes go all the same.
    await this.loading?.pause().catch(() => undefined);
    await this.watched?.close();
    await this.client.shutdown().catch(() => undefined);
    await this.grid.close().catch(() => undefined);
    await this.cluster.stop();
    this.history.close();
  }

  private async begin(): Promise<void> {
    const { models } = this.options;
    for (const model of models) await eventually(() => admit(this.cluster.gatewayUrl(), model));
    const first = needed(models[0]);
    await this.api('PUT', `/v1/streams/${this.stream}`, { model: first.model, version: first.version });
    await this.watch();
    await this.untilAgreed();
    const tell = (fact: RolloutFact): void => void this.history.add(fact);
    this.loading = await RecordLoad.open(this.client, this.options.load, tell);
    this.loading.start();
  }

  private async watch(): Promise<void> {
    const tell = (fact: RolloutFact): void => void this.history.add(fact);
    this.watched = await PredictionWatch.open(this.grid, this.stream, {
      now: () => this.history.now(),
      seen: (prediction) => tell({ type: 'seen', ...prediction }),
      blind: (what) => tell({ type: 'blind', what }),
      learn: (epoch) => this.deploymentWatch?.learn(epoch),
    });
    const settled = (epoch: number): void => void this.settled(epoch);
    this.deploymentWatch = await DeploymentWatch.open(this.client, this.stream, { tell, settled });
  }

  private async settled(epoch: number): Promise<void> {
    try {
      this.history.add({ type: 'ends', epoch, ends: await needed(this.watched).ends() });
    } catch {
      // An owner that changes at this moment; the time of the settle is judged all the same.
    }
  }
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the stage is not open yet');
  return value;
}

function expectSame(found: unknown, wanted: unknown): void {
  const [is, shouldBe] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is !== shouldBe) throw new Error(`${is} instead of ${shouldBe}`);
}
