import { type Client } from 'hazelcast-client';
import { exampleModel, httpBody } from '@nearscore/local-cluster';
import { eventually } from '@nearscore/testkit';
import { deployToGrid } from '../fixtures/model-deployment';
import { checkpointsAhead } from './checkpoints/checkpoint-check';
import { FailureCluster } from './cluster/failure-cluster';
import { type Fault } from './faults/fault';
import { History } from './history/history';
import { SeededRandom } from './seeded-random';
import { MODEL, MODEL_VERSION } from './workload/example-rows';
import { untilSettled } from './workload/settling';
import { stockClient } from './workload/stock-client';
import { Workload, type WorkloadOptions } from './workload/workload';

export interface StageOptions {
  readonly seed: number;
  readonly logFolder: string;
  /** JSON lines. */
  readonly historyPath?: string;
  readonly workloads: readonly WorkloadOptions[];
  /** Events that the journal of a stream's feature map holds, all partitions together; default that of deploy/hazelcast.yaml. */
  readonly journalCapacity?: Readonly<Record<string, number>>;
}

export interface FaultTimes {
  readonly fault: string;
  /** Until the grid's clients were told that a member is gone; undefined: none went. */
  readonly detectedMs: number | undefined;
  /** From the fault until the last write or score that came late; 0 = none did. */
  readonly recoveredMs: number;
  /** The same, from when the cluster is made whole again: a process takes seconds to start. */
  readonly rejoinedMs: number;
  /** The longest that one acknowledged write, or its score, took in all this. */
  readonly longestMs: number;
  /** Writes whose outcome nobody could tell. */
  readonly unknown: number;
}

const HOSTS = 3;
const SPARE_HOSTS = 1;
const CLUSTER_SAFE = '/hazelcast/health/cluster-safe';
const SAFE_TIMEOUT_MS = 60_000;

/** A cluster of three hosts under load from a stock client, everything recorded and checked. */
export class FailureStage {
  private memberRemovedAt: number | undefined;
  private readonly violations: string[] = [];

  private constructor(
    readonly cluster: FailureCluster,
    readonly client: Client,
    readonly history: History,
    readonly workloads: readonly Workload[],
  ) {
    for (const { checker, options } of workloads) {
      checker.onWrong = (what) => this.violations.push(`${options.stream} at ${history.now()} ms: ${what}`);
    }
    client.getCluster().addMembershipListener({
      memberAdded: () => undefined,
      memberRemoved: () => (this.memberRemovedAt ??= history.now()),
    });
  }

  /** Resolves when every node scores every stream. */
  static async open(options: StageOptions): Promise<FailureStage> {
    const history = new History(options.historyPath);
    const cluster = await FailureCluster.create({
      size: HOSTS,
      spare: SPARE_HOSTS,
      logFolder: options.logFolder,
      maps: featureMaps(options.journalCapacity ?? {}),
      report: (process, state) => void history.add({ type: 'process', process, state }),
    });
    try {
      await cluster.start();
      const streams = options.workloads.map(({ stream }) => stream);
      await deploy(cluster, streams);
      const client = await stockClient(cluster.clusterName, cluster.addresses);
      const random = new SeededRandom(options.seed);
      const opened = options.workloads.map((workload) => Workload.open(client, history, random, workload));
      return new FailureStage(cluster, client, history, await Promise.all(opened));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Load on all streams; resolves when it flows. */
  async start(): Promise<void> {
    for (const workload of this.workloads) workload.start();
    await untilSettled(this.history, this.workloads, this.history.now());
  }

  /** The fault under load, its end, and the times both took. */
  async suffer(fault: Fault): Promise<FaultTimes> {
    const { history, workloads } = this;
    await this.untilSafe();
    this.memberRemovedAt = undefined;
    this.longestMs();
    const { unknown } = this.totals();
    const { at } = history.add({ type: 'fault', name: fault.name });
    await fault.inject();
    const recoveredMs = await untilSettled(history, workloads, at);
    const detectedMs = this.memberRemovedAt === undefined ? undefined : Math.round(this.memberRemovedAt - at);
    const { at: over } = history.add({ type: 'fault-over', name: fault.name });
    await fault.restore();
    const rejoinedMs = await untilSettled(history, workloads, over);
    const counts = { longestMs: this.longestMs(), unknown: this.totals().unknown - unknown };
    return { fault: fault.name, detectedMs, recoveredMs, rejoinedMs, ...counts };
  }

  /** Pauses the load and looks at everything: records, predictions, checkpoints. Throws when anything is missing. */
  async verify(): Promise<void> {
    await this.checkCheckpoints();
    await Promise.all(this.workloads.map((workload) => workload.pause()));
    for (const workload of this.workloads) await workload.verify();
    await this.checkCheckpoints();
    for (const workload of this.workloads) workload.start();
  }

  /** What must never happen and did, in the order in which it was noticed. */
  wrong(): readonly string[] {
    return this.violations;
  }

  /** Every partition has its backup again: a member may be lost. */
  async untilSafe(): Promise<void> {
    const members = this.cluster.hosts.filter((host) => host.isUp('member'));
    const unsafe = async (): Promise<string[]> => {
      const answers = await Promise.all(members.map((host) => httpBody(`http://${host.memberAddress}${CLUSTER_SAFE}`)));
      return members.filter((_, index) => answers[index] === undefined).map((host) => host.nameOf('member'));
    };
    await eventually(
      async () => {
        const names = await unsafe();
        if (names.length > 0) throw new Error(`not safe to lose a member: ${names.join(', ')}`);
      },
      { timeoutMs: SAFE_TIMEOUT_MS, everyMs: 100 },
    );
  }

  /** What a restart of the whole grid has to do beside it. */
  readonly gridRestart = {
    whenDead: (): void => void this.history.add({ type: 'emptied' }),
    whenBack: (): Promise<void> => this.deployAgain(),
  };

  /** For observers that came after the start. */
  announceProcesses(): void {
    for (const host of this.cluster.first) {
      for (const part of ['member', 'node'] as const) {
        this.history.add({ type: 'process', process: host.nameOf(part), state: 'up' });
      }
    }
  }

  totals(): { acknowledged: number; unknown: number; faults: number } {
    const sum = (count: 'acknowledged' | 'unknown'): number =>
      this.workloads.reduce((total, { checker }) => total + checker.counts[count], 0);
    const faults = this.workloads[0]?.checker.counts.faults ?? 0;
    return { acknowledged: sum('acknowledged'), unknown: sum('unknown'), faults };
  }

  /** Acknowledged records that miss their prediction now. */
  async missing(): Promise<number> {
    const counts = await Promise.all(
      this.workloads.map(async (workload) => workload.checker.missingOf(await workload.finalEntries()).length),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Models and deployments lie in the grid, and are lost with it. */
  deployAgain(): Promise<void> {
    return deploy(
      this.cluster,
      this.workloads.map(({ options }) => options.stream),
    );
  }

  async stop(): Promise<void> {
    // The load's own end may be what failed; the processes go all the same.
    await Promise.allSettled(this.workloads.map((workload) => workload.stop()));
    await this.client.shutdown().catch(() => undefined);
    await this.cluster.stop();
    this.history.close();
  }

  private longestMs(): number {
    return Math.round(Math.max(...this.workloads.map((workload) => workload.takeLongestMs())));
  }

  async checkCheckpoints(): Promise<void> {
    for (const { options } of this.workloads) {
      for (const what of await checkpointsAhead(this.client, options.stream)) {
        this.history.add({ type: 'checkpoint-ahead', what }, options.stream);
      }
    }
  }
}

function deploy({ addresses, clusterName }: FailureCluster, streams: readonly string[]): Promise<void> {
  const example = exampleModel(MODEL);
  const model = {
    name: MODEL,
    version: MODEL_VERSION,
    onnx: example.onnx(MODEL_VERSION),
    json: example.modelJson,
  };
  return deployToGrid({ members: addresses, clusterName }, model, streams);
}

function featureMaps(capacity: Readonly<Record<string, number>>): Record<string, unknown> | undefined {
  const maps = Object.entries(capacity).map(([stream, events]) => [
    `features.${stream}`,
    { 'backup-count': 1, 'event-journal': { enabled: true, capacity: events } },
  ]);
  return maps.length === 0 ? undefined : (Object.fromEntries(maps) as Record<string, unknown>);
}
