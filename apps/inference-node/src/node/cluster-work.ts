import { BackgroundTask } from '@nearscore/background';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { type LiveNode, NodeWatch } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { nodeBeatOf, type NodeEntry } from '@nearscore/registry';
import { PartitionDuty } from '../assignment/partition-duty';
import { type NodeGrid } from '../grid/node-grid';
import { findOwnMember, localAddresses } from '../grid/own-member';
import { type LanePool } from '../lanes/lane-pool';
import { ModelWork } from '../models/model-work';
import { type NodeAnnouncement } from '../registry/node-announcement';
import { PartitionAdmission } from './partition-admission';
import { PartitionService } from './partition-service';

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
  /** Whether the last heartbeat reached the grid. */
  announced = false;
  private readonly models: ModelWork;
  private readonly duty: PartitionDuty;
  private readonly service = new PartitionService();
  private readonly admission: PartitionAdmission;
  private readonly watch: NodeWatch;
  private readonly heartbeat: BackgroundTask;
  private readonly endings: (() => unknown)[] = [];
  /** The other nodes that were alive at the last heartbeat; undefined before the first. */
  private others: readonly NodeEntry[] | undefined;
  private serving = false;
  private leaving = false;
  /** Asking the system is slow, and they do not change under a running node. */
  private readonly localAddresses = localAddresses();
  /** Monotonic ms; of the last heartbeat that reached the grid. */
  private announcedAt = Infinity;
  private memberProblem: string | undefined;

  constructor(private readonly parts: ClusterWorkParts) {
    const { config, cluster, lanes } = parts;
    this.duty = new PartitionDuty(cluster.grid, config.nodeId, lanes);
    this.watch = NodeWatch.ofHeartbeat(config.heartbeatMs);
    this.models = new ModelWork({
      ...parts,
      announceSoon: () => this.announceSoon(),
      onLooked: () => this.refreshDuty(),
    });
    this.admission = new PartitionAdmission(this.models.looks, () => this.models.soon());
    this.heartbeat = new BackgroundTask(
      () => this.beat(),
      config.heartbeatMs,
      (error) => this.missed(error),
    );
  }

  get reconciler(): ModelWork['reconciler'] {
    return this.models.reconciler;
  }

  start(): void {
    const { grid } = this.parts.cluster;
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
    this.models.start();
  }

  /** Others wait for what has changed here. */
  announceSoon(): void {
    this.heartbeat.soon();
  }

  /** No more changes reach the lanes. The others learn that they are to take each partition as soon as its lease is given back. */
  async freeze(): Promise<void> {
    this.leaving = true;
    this.heartbeat.soon();
    for (const end of this.endings.splice(0)) await end();
    await this.models.stop();
  }

  /** The lanes have stopped. */
  async leave(): Promise<void> {
    await this.heartbeat.stop();
    await this.parts.cluster.nodes.withdraw(this.parts.config.nodeId);
  }

  private async beat(): Promise<void> {
    const { cluster, config, announcement, isReady } = this.parts;
    this.beginAnewAfterSilence();
    const memberUuid = this.findOwnMember();
    const rollouts = this.models.rolloutStates();
    const entry = announcement.next(memberUuid, { ready: isReady(), serving: this.isServing(), rollouts });
    // Not before its leases are over: until then it may wake up and score.
    await cluster.nodes.announce(entry, Math.max(HEARTBEATS_TO_FORGET * config.heartbeatMs, config.leaseMs));
    if (!this.announced) this.parts.logger.info({ nodeId: entry.id, memberUuid }, 'announced in the cluster');
    this.announced = true;
    this.announcedAt = performance.now();
    this.models.announced(rollouts);
    this.admission.said(entry.serving);
    this.others = await this.livingOthers();
    await cluster.grid.partitions.ready();
    this.refreshDuty();
  }

  /** The others may hold its leases by now, and wait for it no more: what it scores by may be withdrawn. */
  private beginAnewAfterSilence(): void {
    if (performance.now() - this.announcedAt <= this.parts.config.leaseMs) return;
    this.admission.said(false);
    this.refreshDuty();
  }

  private refreshDuty(): void {
    const { cluster, config } = this.parts;
    if (!this.others || cluster.grid.partitions.count() === 0 || this.leaving) return;
    const memberUuid = this.findOwnMember();
    const takes = this.serving && this.admission.isAdmitted(this.models.hasTried);
    const own: LiveNode[] = takes ? [{ id: config.nodeId, memberUuid }] : [];
    const serving = this.others.filter((other) => other.serving);
    this.duty.refresh([...serving, ...own], memberUuid);
  }

  private isServing(): boolean {
    const serving = this.service.decide(this.models.hasTried, this.models.failing(), this.others);
    const news = serving ? 'the node takes partitions' : 'the node leaves its partitions to others';
    if (serving !== this.serving) this.parts.logger.info({ failing: this.models.failing().length }, news);
    this.serving = serving;
    return serving && !this.leaving;
  }

  private async livingOthers(): Promise<NodeEntry[]> {
    const { cluster, config } = this.parts;
    // Whoever is new is found by every second heartbeat: a listing is dear, and others hold what the new one may not take yet.
    const entries = await cluster.nodes.look(1.5 * config.heartbeatMs, config.nodeId);
    const living = this.watch.observe(performance.now(), entries.map(nodeBeatOf));
    return entries.filter(({ id }) => living.has(id) && id !== config.nodeId);
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

  private reconnected(restarted: boolean): void {
    this.parts.logger.warn({ restarted }, restarted ? 'the grid was started anew' : 'connected to the grid again');
    this.models.reconnected(restarted);
    this.heartbeat.soon();
  }
}
