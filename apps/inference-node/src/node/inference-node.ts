import { setTimeout as delay } from 'node:timers/promises';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { lastLineWritten, type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { type FailedRecord } from '@nearscore/registry';
import { type NodeGrid, openNodeGrid } from '../grid/node-grid';
import { type StartLaneThread } from '../lanes/lane-thread';
import { LaneStuckError } from '../lanes/lane.errors';
import { LanePool, type RetryAnswers } from '../lanes/lane-pool';
import { LaneWatchdog } from '../lanes/lane-watchdog';
import { announcedHost, NodeAnnouncement } from '../registry/node-announcement';
import { RetryWork } from '../retries/retry-work';
import { ClusterWork } from './cluster-work';
import { isReady, readinessOf, type NodeReadiness } from './node-readiness';

/** The others notice by the missing heartbeat too; a grid that is gone must not hold up the exit. */
const LEAVE_TIMEOUT_MS = 2000;

export interface InferenceNodeParts {
  readonly config: NodeConfig;
  readonly logger: Logger;
  readonly metrics: NodeMetrics;
  readonly startLane: StartLaneThread;
  /** Ends the process at once, whatever its threads do. */
  readonly die: () => void;
}

/** The main thread of a node: it keeps lanes alive and tells them what to do. It never decodes, runs or waits for a model. */
export class InferenceNode {
  private readonly lanes: LanePool;
  private readonly watchdog: LaneWatchdog;
  private readonly closing = new AbortController();
  private readonly startedAt = Date.now();
  private cluster: NodeGrid | undefined;
  private work: ClusterWork | undefined;
  private retries: RetryWork | undefined;

  constructor(private readonly parts: InferenceNodeParts) {
    const { config, startLane, metrics, logger } = parts;
    const park = (records: readonly FailedRecord[]): Promise<void> => this.park(records);
    const retries: RetryAnswers = {
      retried: (...answer) => this.retries?.retried(...answer),
      unparked: (records) => this.retries?.unparked(records),
    };
    const onOutcome = (): void => this.work?.announceSoon();
    this.lanes = new LanePool({
      lanes: config.lanes,
      startThread: startLane,
      metrics,
      logger,
      park,
      retries,
      onOutcome,
    });
    this.watchdog = new LaneWatchdog({
      limitMs: config.watchdogMs,
      pulses: () => this.lanes.pulses(),
      onStuck: (stuck) => this.endStuck(new LaneStuckError(stuck)),
    });
    metrics.readyWhen(() => isReady(this.readiness()));
  }

  /** Starts the lanes, and joins the cluster as soon as the grid is there. @param port on which health is served */
  start(port: number): void {
    this.lanes.start();
    this.watchdog.start();
    this.join(port).catch(async (error: unknown) => {
      this.parts.logger.fatal({ err: error }, 'the node cannot join its cluster');
      await lastLineWritten(this.parts.logger);
      // Nothing is held yet; whoever supervises the process starts it again.
      process.exit(1);
    });
  }

  readiness(): NodeReadiness {
    return readinessOf(this.lanes, this.cluster?.grid, this.work);
  }

  /** Lanes finish their batch and write their checkpoints, then the others may take over, then the grid is left. */
  async stop(): Promise<void> {
    this.closing.abort();
    await this.work?.freeze();
    await this.retries?.stop();
    await this.lanes.stop();
    this.watchdog.stop();
    await Promise.race([this.leave(), delay(LEAVE_TIMEOUT_MS, undefined, { ref: false })]);
    this.parts.logger.info('node stopped');
  }

  private async join(port: number): Promise<void> {
    const { config, logger, metrics } = this.parts;
    const cluster = await openNodeGrid(config, logger, this.closing.signal);
    if (!cluster) return;
    this.cluster = cluster;
    const identity = { id: config.nodeId, host: announcedHost(config.http.host), port, startedAt: this.startedAt };
    const announcement = new NodeAnnouncement(identity, metrics.lanes, this.lanes.outcomes);
    const ready = (): boolean => isReady(this.readiness());
    this.work = new ClusterWork({ config, cluster, lanes: this.lanes, metrics, logger, announcement, isReady: ready });
    const retries = { store: cluster.parked, lanes: this.lanes, metrics: metrics.retries };
    const deployedOf = (stream: string) => this.work?.reconciler.wanted?.find((it) => it.stream === stream)?.retries;
    this.retries = new RetryWork({ config, logger, deployedOf, ...retries });
    this.work.start();
    this.retries.start();
  }

  private async leave(): Promise<void> {
    try {
      await this.work?.leave();
      await this.cluster?.grid.close();
    } catch (error) {
      this.parts.logger.warn({ reason: messageOf(error) }, 'the cluster could not be told that this node leaves');
    }
  }

  /** Its leases run out and others take over; whoever supervises the process starts it again. */
  private endStuck({ code, message, details }: LaneStuckError): void {
    const { logger, die } = this.parts;
    logger.fatal({ code, ...details }, `${message} The node ends itself.`);
    void lastLineWritten(logger).then(die);
  }

  private async park(records: readonly FailedRecord[]): Promise<void> {
    if (!this.retries) throw new Error('the grid is not connected');
    await this.retries.park(records);
  }
}
