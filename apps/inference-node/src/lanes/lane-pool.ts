import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { type RetryOutcome } from '@nearscore/grid';
import { type Deployment, type FailedRecord } from '@nearscore/registry';
import {
  type LaneAssignment,
  type LaneCommand,
  type LaneDeployment,
  type LaneMember,
  type LaneReport,
  type LaneRetry,
  type TriedVersion,
  type UnparkedRecords,
} from '../lane/lane-messages';
import { type LanePulse } from '../lane/lane-pulse';
import { LaneHost, type LaneListener } from './lane-host';
import { type StartLaneThread } from './lane-thread';

const STOP_DEADLINE_MS = 10_000;

/** Stores records that could not be scored; rejects when it could not. */
export type ParkRecords = (records: readonly FailedRecord[]) => Promise<void>;

/** Who is told how retries end. */
export interface RetryAnswers {
  retried(id: number, outcome: RetryOutcome, tried: TriedVersion | undefined): void;
  unparked(records: UnparkedRecords): void;
}

export interface LanePoolParts {
  readonly lanes: number;
  readonly startThread: StartLaneThread;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
  readonly park: ParkRecords;
  readonly retries: RetryAnswers;
}

/** What a lane answered to its last 'deploy', per stream. */
interface Outcome {
  readonly epoch: number;
  readonly error?: string;
}

export interface FailedDeployment {
  readonly stream: string;
  readonly reason: string;
}

/** The lanes of the node. */
export class LanePool implements LaneListener {
  private readonly hosts: readonly LaneHost[];
  private readonly outcomes = new Map<number, Map<string, Outcome>>();
  private readonly served = new Map<number, ReadonlySet<number>>();

  constructor(private readonly parts: LanePoolParts) {
    const { lanes, startThread, logger } = parts;
    this.hosts = Array.from({ length: lanes }, (_, lane) => new LaneHost(lane, startThread, this, logger));
  }

  get count(): number {
    return this.hosts.length;
  }

  get readyCount(): number {
    return this.hosts.filter(({ isReady }) => isReady).length;
  }

  /** Of the lanes that run now. */
  pulses(): (readonly [lane: number, pulse: LanePulse])[] {
    return this.hosts.flatMap(({ lane, pulse }) => (pulse ? [[lane, pulse] as const] : []));
  }

  start(): void {
    for (const host of this.hosts) host.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.stop(STOP_DEADLINE_MS)));
  }

  tellMembers(members: readonly LaneMember[]): void {
    for (const host of this.hosts) host.tell({ type: 'members', members });
  }

  assign(lane: number, assignment: LaneAssignment): void {
    this.served.set(lane, new Set(assignment.partitions));
    this.hosts[lane]?.tell({ type: 'assign', ...assignment });
  }

  /** Whether some lane is to score the partition. */
  serves(partition: number): boolean {
    return this.hosts.some(({ lane }) => this.served.get(lane)?.has(partition));
  }

  /** Asks the lane that serves the record's partition; a lane that is not there now never answers. */
  retry(retry: LaneRetry): void {
    const host = this.hosts.find(({ lane }) => this.served.get(lane)?.has(retry.record.partition));
    host?.ask({ type: 'retry', ...retry });
  }

  deploy(deployments: readonly LaneDeployment[]): void {
    for (const host of this.hosts) host.tell({ type: 'deploy', deployments });
  }

  /** Streams that some lane could not load as it was told last. */
  failedDeployments(): FailedDeployment[] {
    const failed = new Map<string, string>();
    for (const outcomes of this.outcomes.values()) {
      for (const [stream, { error }] of outcomes) if (error !== undefined) failed.set(stream, error);
    }
    return [...failed].map(([stream, reason]) => ({ stream, reason }));
  }

  /** Whether every lane is up and has loaded these deployments, or could not. */
  haveTried(deployments: readonly Pick<Deployment, 'stream' | 'epoch'>[]): boolean {
    const tried = ({ lane, isReady }: LaneHost): boolean =>
      isReady && deployments.every(({ stream, epoch }) => this.outcomes.get(lane)?.get(stream)?.epoch === epoch);
    return this.hosts.every(tried);
  }

  /** Whether every lane applies the stream's epoch. */
  applies(stream: string, epoch: number): boolean {
    return this.hosts.every(({ lane }) => {
      const outcome = this.outcomes.get(lane)?.get(stream);
      return outcome?.epoch === epoch && outcome.error === undefined;
    });
  }

  reported(lane: number, report: LaneReport, answer: (command: LaneCommand) => void): void {
    switch (report.type) {
      case 'stats':
        return this.parts.metrics.lanes.update(lane, report.snapshot);
      case 'log':
        return this.parts.logger[report.level]({ lane, ...report.fields }, report.message);
      case 'deployed':
        return this.deployed(lane, report);
      case 'park':
        return void this.park(report, answer);
      case 'retried':
        return this.parts.retries.retried(report.id, report.outcome, report.tried);
      case 'unparked':
        return this.parts.retries.unparked(report);
      case 'ready':
      case 'stopped':
        return;
    }
  }

  died(lane: number): void {
    this.outcomes.delete(lane);
    this.parts.metrics.laneRestarted(lane);
  }

  private deployed(lane: number, { stream, epoch, error }: Extract<LaneReport, { type: 'deployed' }>): void {
    const outcomes = this.outcomes.get(lane) ?? new Map<string, Outcome>();
    this.outcomes.set(lane, outcomes.set(stream, { epoch, error }));
    if (error === undefined) this.parts.logger.info({ lane, stream, epoch }, 'lane applies deployment');
    else this.parts.logger.error({ lane, stream, epoch, reason: error }, 'lane cannot apply deployment');
  }

  private async park(
    { id, records }: Extract<LaneReport, { type: 'park' }>,
    answer: (command: LaneCommand) => void,
  ): Promise<void> {
    try {
      await this.parts.park(records);
      for (const { stream } of records) this.parts.metrics.parked(stream);
      answer({ type: 'parked', id });
    } catch (error) {
      this.parts.metrics.parkFailed();
      answer({ type: 'parked', id, error: messageOf(error) });
    }
  }
}
