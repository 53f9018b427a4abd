import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { type RetryOutcome } from '@nearscore/grid';
import { type Deployment, type FailedRecord } from '@nearscore/registry';
import {
  type DeployedEpoch,
  type LaneAssignment,
  type LaneCommand,
  type LaneDeployment,
  type LaneMember,
  type LaneModel,
  type LaneReport,
  type LaneRetry,
  type TriedVersion,
  type UnparkedRecords,
} from '../lane/lane-messages';
import { type LanePulse } from '../lane/lane-pulse';
import { LaneHost, type LaneListener } from './lane-host';
import { LaneOutcomes } from './lane-outcomes';
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
  /** A lane has answered what it was told to deploy or prepare. */
  readonly onOutcome: () => void;
}

/** The lanes of the node. */
export class LanePool implements LaneListener {
  readonly outcomes: LaneOutcomes;
  private readonly hosts: readonly LaneHost[];
  private readonly served = new Map<number, ReadonlySet<number>>();

  constructor(private readonly parts: LanePoolParts) {
    const { lanes, startThread, logger } = parts;
    this.outcomes = new LaneOutcomes(lanes);
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

  /** All that its lanes are to score. */
  servedPartitions(): number[] {
    return [...this.served.values()].flatMap((partitions) => [...partitions]);
  }

  /** Asks the lane that serves the record's partition; a lane that is not there now never answers. */
  retry(retry: LaneRetry): void {
    const host = this.hosts.find(({ lane }) => this.served.get(lane)?.has(retry.record.partition));
    host?.ask({ type: 'retry', ...retry });
  }

  /** Told again, lanes try again what they could not load. */
  deploy(deployments: readonly LaneDeployment[]): void {
    this.outcomes.toldToDeploy(deployments.map(({ deployment }) => deployment.stream));
    for (const host of this.hosts) host.tell({ type: 'deploy', deployments });
  }

  /** Has all lanes load these versions beside what is deployed, and release others. */
  prepare(models: readonly LaneModel[]): void {
    this.outcomes.toldToPrepare(models);
    for (const host of this.hosts) host.tell({ type: 'prepare', models });
  }

  /** Whether every lane is up and has loaded these deployments, or could not. */
  haveTried(deployments: readonly Pick<Deployment, 'stream' | 'epoch'>[]): boolean {
    return this.hosts.every(({ lane, isReady }) => isReady && this.outcomes.hasTried(lane, deployments));
  }

  reported(lane: number, report: LaneReport, answer: (command: LaneCommand) => void): void {
    switch (report.type) {
      case 'stats':
        this.parts.metrics.rollouts.sessions(lane, report.sessions);
        return this.parts.metrics.lanes.update(lane, report.snapshot);
      case 'log':
        return this.parts.logger[report.level]({ lane, ...report.fields }, report.message);
      case 'deployed':
        return this.deployed(lane, report);
      case 'prepared':
        return this.prepared(lane, report);
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
    this.outcomes.died(lane);
    this.parts.metrics.laneRestarted(lane);
    this.parts.onOutcome();
  }

  private deployed(lane: number, report: DeployedEpoch): void {
    const { stream, epoch, prepared = false, error } = report;
    this.outcomes.deployed(lane, report);
    if (error === undefined) {
      this.parts.metrics.rollouts.applied(stream, prepared);
      this.parts.logger.info({ lane, stream, epoch, prepared }, 'lane applies deployment');
    } else {
      this.parts.logger.error({ lane, stream, epoch, reason: error }, 'lane cannot apply deployment: stream dropped');
    }
    this.parts.onOutcome();
  }

  private prepared(lane: number, { error, ...model }: Extract<LaneReport, { type: 'prepared' }>): void {
    this.outcomes.prepared(lane, model, error);
    const fields = { lane, model: model.model, version: model.version };
    if (error === undefined) this.parts.logger.info(fields, 'lane has prepared a version');
    else this.parts.logger.error({ ...fields, reason: error }, 'lane cannot prepare a version');
    this.parts.onOutcome();
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
