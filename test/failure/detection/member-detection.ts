import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type IMap } from 'hazelcast-client';
import { memberJavaFlags, projectPath } from '@nearscore/local-cluster';
import { eventually } from '@nearscore/testkit';
import { FailureCluster } from '../cluster/failure-cluster';
import { stockClient } from '../workload/stock-client';

export interface Detection {
  readonly fault: string;
  /** Until the others told their clients that it is gone; undefined: they kept it. */
  readonly goneMs: number | undefined;
  /** The longest that a write took which was under way then or came afterwards. */
  readonly longestWriteMs: number;
  readonly unknownWrites: number;
  /** From SIGCONT until it is a member again; undefined: it never left, or is dead. */
  readonly backMs: number | undefined;
}

const GONE_WITHIN_MS = 90_000;
const BACK_WITHIN_MS = 90_000;
const WRITE_EVERY_MS = 5;
const KEYS = 1_000;
const CALM_MS = 3_000;

/** How soon a cluster of three stock members, without nodes, notices one that dies or falls silent under writes. */
export class MemberDetection {
  private gone: number | undefined;
  private back: number | undefined;
  private longestWriteMs = 0;
  private unknownWrites = 0;
  private writing: NodeJS.Timeout | undefined;

  private constructor(
    private readonly cluster: FailureCluster,
    private readonly client: Client,
    private readonly map: IMap<string, number>,
  ) {
    client.getCluster().addMembershipListener({
      memberRemoved: () => (this.gone ??= performance.now()),
      memberAdded: () => (this.back ??= performance.now()),
    });
  }

  static async start(): Promise<MemberDetection> {
    const logFolder = projectPath('.cache', 'logs', 'detection');
    const cluster = await FailureCluster.create({ size: 3, logFolder, javaFlags: memberJavaFlags() });
    await cluster.startMembers(cluster.first);
    const client = await stockClient(cluster.clusterName, cluster.addresses);
    const detection = new MemberDetection(cluster, client, await client.getMap('features.detection'));
    detection.writing = setInterval(() => void detection.write(), WRITE_EVERY_MS);
    await delay(CALM_MS);
    return detection;
  }

  async stop(): Promise<void> {
    clearInterval(this.writing);
    await this.client.shutdown();
    await this.cluster.stop();
  }

  /** kill -9, and a new one in its place afterwards. */
  async killed(): Promise<Detection> {
    const host = this.cluster.host(2);
    const at = this.begin();
    await host.kill('member');
    await this.untilGone();
    await delay(CALM_MS);
    const detection = this.result('kill -9', at);
    await this.cluster.startMember(host);
    await delay(CALM_MS);
    return detection;
  }

  /** SIGSTOP for so long, or until the others notice; then SIGCONT. */
  async paused(forMs: number | undefined): Promise<Detection> {
    const host = this.cluster.host(2);
    const at = this.begin();
    host.pause('member');
    if (forMs === undefined) await this.untilGone();
    else await delay(forMs);
    const resumedAt = performance.now();
    host.resume('member');
    await delay(CALM_MS);
    if (this.gone !== undefined) await this.untilBack();
    await delay(CALM_MS);
    return this.result(forMs === undefined ? 'SIGSTOP' : `SIGSTOP for ${forMs / 1_000} s`, at, resumedAt);
  }

  private begin(): number {
    Object.assign(this, { gone: undefined, back: undefined, longestWriteMs: 0, unknownWrites: 0 });
    return performance.now();
  }

  private result(fault: string, at: number, resumedAt?: number): Detection {
    const { gone, back, longestWriteMs, unknownWrites } = this;
    return {
      fault,
      goneMs: gone === undefined ? undefined : Math.round(gone - at),
      longestWriteMs: Math.round(longestWriteMs),
      unknownWrites,
      backMs: back === undefined || resumedAt === undefined ? undefined : Math.round(back - resumedAt),
    };
  }

  private async untilGone(): Promise<void> {
    await eventually(() => requireMoment(this.gone, 'the member is still there'), { timeoutMs: GONE_WITHIN_MS });
  }

  private async untilBack(): Promise<void> {
    await eventually(() => requireMoment(this.back, 'the member is not back'), { timeoutMs: BACK_WITHIN_MS });
  }

  private async write(): Promise<void> {
    const at = performance.now();
    try {
      await this.map.set(`key-${Math.floor(at) % KEYS}`, at);
    } catch {
      this.unknownWrites++;
    }
    this.longestWriteMs = Math.max(this.longestWriteMs, performance.now() - at);
  }
}

function requireMoment(moment: number | undefined, otherwise: string): number {
  if (moment === undefined) throw new Error(otherwise);
  return moment;
}
