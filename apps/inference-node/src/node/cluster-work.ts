import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { checkFeatureMap, type LiveNode, NodeWatch } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { nodeBeatOf } from '@nearscore/registry';
import { PartitionDuty } from '../assignment/partition-duty';
import { type NodeGrid, replicatePredictionSchema } from '../grid/node-grid';
import { findOwnMember, localAddresses } from '../grid/own-member';
import { type LanePool } from '../lanes/lane-pool';
import { DeploymentReconciler } from '../models/deployment-reconciler';
import { type NodeAnnouncement } from '../registry/node-announcement';
import { BackgroundTask } from './background-task';

const RECONCILE_INTERVAL_MS = 2000;
/** Heartbeats after which a dead node's entry is cleaned up. */
const HEARTBEATS_TO_FORGET = 10;

export interface ClusterWorkParts {
  readonly config: NodeConfig;
  readonly cluster: NodeGrid;
  readonly lanes: LanePool;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
  readonly announcement: NodeAnnouncement;
  /** Whether the node is ready, for its entry. */
  readonly isReady: () => boolean;
}

/** What a node does as part of its cluster: it announces itself, serves its partitions, follows the deployments. */
export class ClusterWork {
  readonly reconciler: DeploymentReconciler;
  /** Whether the last heartbeat reached the grid. */
  announced = false;
  private readonly duty: PartitionDuty;
  private readonly watch: NodeWatch;
  private readonly heartbeat: BackgroundTask;
  private readonly reconciling: BackgroundTask;
  private readonly endings: (() => unknown)[] = [];
  /** The other nodes that were alive at the last heartbeat; undefined before the first. */
  private others: readonly LiveNode[] | undefined;
  private serving = false;
  private leaving = false;
  /** Asking the system is slow, and they do not change under a running node. */
  private readonly localAddresses = localAddresses();
  private schemaMissing = false;
  private memberProblem: string | undefined;

  constructor(private readonly parts: ClusterWorkParts) {
    const { config, cluster, lanes, logger } = parts;
    const { models, deployments, grid } = cluster;
    this.duty = new PartitionDuty(grid, config.nodeId, lanes);
    this.watch = NodeWatch.ofHeartbeat(config.heartbeatMs);
    const sources = {
      deployments: () => deployments.list(),
      model: (model: string, version: number) => models.get(model, version),
      bytes: models.bytes.bind(models),
      checkFeatureMap: (name: string) => checkFeatureMap(grid, name),
    };
    this.reconciler = new DeploymentReconciler(sources, (ready) => lanes.deploy(ready), logger);
    this.heartbeat = new BackgroundTask(
      () => this.beat(),
      config.heartbeatMs,
      (error) => this.missed(error),
    );
    this.reconciling = new BackgroundTask(
      () => this.reconcile(),
      RECONCILE_INTERVAL_MS,
      (error) => {
        logger.warn({ reason: messageOf(error) }, 'deployments cannot be read');
      },
    );
  }

  start(): void {
    const { grid, deployments } = this.parts.cluster;
    const clusterChanged = (): void => {
      // At once, with the nodes that were alive last: a heartbeat may wait for a member that has just died.
      this.refreshDuty();
      this.heartbeat.soon();
    };
    this.endings.push(
      grid.onMembersChanged(clusterChanged),
      grid.partitions.onChanged(clusterChanged),
      grid.onReconnect(({ restarted }) => this.reconnected(restarted)),
    );
    this.heartbeat.start();
    this.reconciling.start();
    // Deployments are polled too, so a listener that cannot be had costs only time.
    deployments
      .onChanged(() => this.reconciling.soon())
      .then(
        (end) => this.endings.push(end),
        (error: unknown) => this.parts.logger.warn({ reason: messageOf(error) }, 'no listener for deployments'),
      );
  }

  /** No more changes reach the lanes. The others learn that they are to take each partition as soon as its lease is given back. */
  async freeze(): Promise<void> {
    this.leaving = true;
    this.heartbeat.soon();
    for (const end of this.endings.splice(0)) await end();
    await this.reconciling.stop();
  }

  /** The lanes have stopped. */
  async leave(): Promise<void> {
    await this.heartbeat.stop();
    await this.parts.cluster.nodes.withdraw(this.parts.config.nodeId);
  }

  private async beat(): Promise<void> {
    const { cluster, config, announcement, isReady } = this.parts;
    const memberUuid = this.findOwnMember();
    const serving = this.isServing();
    const entry = announcement.next(memberUuid, { ready: isReady(), serving });
    await cluster.nodes.announce(entry, HEARTBEATS_TO_FORGET * config.heartbeatMs);
    if (!this.announced) this.parts.logger.info({ nodeId: entry.id, memberUuid }, 'announced in the cluster');
    this.announced = true;
    this.others = await this.livingOthers();
    await cluster.grid.partitions.ready();
    this.refreshDuty();
  }

  private refreshDuty(): void {
    const { cluster, config } = this.parts;
    if (!this.others || cluster.grid.partitions.count() === 0 || this.leaving) return;
    const memberUuid = this.findOwnMember();
    const own: LiveNode[] = this.serving ? [{ id: config.nodeId, memberUuid }] : [];
    this.duty.refresh([...this.others, ...own], memberUuid);
  }

  /**
   * Partitions stay with the others until the lanes can score them, seconds after the node's start; from then on they are the
   * node's, also while a lane starts again or a model cannot be loaded.
   */
  private isServing(): boolean {
    const { deployed } = this.reconciler;
    this.serving ||= deployed !== undefined && this.parts.lanes.haveTried(deployed);
    return this.serving && !this.leaving;
  }

  private async livingOthers(): Promise<LiveNode[]> {
    const { cluster, config } = this.parts;
    const entries = await cluster.nodes.list();
    const living = this.watch.observe(performance.now(), entries.map(nodeBeatOf));
    return entries.filter(({ id, serving }) => living.has(id) && serving && id !== config.nodeId);
  }

  private missed(error: unknown): void {
    this.parts.logger[this.announced ? 'warn' : 'debug']({ reason: messageOf(error) }, 'heartbeat missed');
    this.announced = false;
  }

  private findOwnMember(): string | null {
    const { config, cluster, logger } = this.parts;
    const search = { setting: config.member, entryPoints: config.grid.members, localAddresses: this.localAddresses };
    const found = findOwnMember(cluster.grid.members(), search);
    const problem = found.member ? undefined : found.problem;
    if (problem !== undefined && problem !== this.memberProblem) {
      logger.error({ problem }, 'no member beside this node: it reads from others');
    }
    this.memberProblem = problem;
    return found.member?.uuid ?? null;
  }

  private async reconcile(): Promise<void> {
    if (this.schemaMissing) {
      await replicatePredictionSchema(this.parts.cluster.grid);
      this.schemaMissing = false;
    }
    await this.reconciler.reconcile();
    this.parts.metrics.setRefused(this.reconciler.refused);
  }

  private reconnected(restarted: boolean): void {
    this.parts.logger.warn({ restarted }, restarted ? 'the grid was started anew' : 'connected to the grid again');
    this.schemaMissing = true;
    if (restarted) this.reconciler.forget();
    this.reconciling.soon();
    this.heartbeat.soon();
  }
}
