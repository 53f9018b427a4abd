import { type MessagePort } from 'node:worker_threads';
import { type LaneServer } from '@nearscore/grid-transport';
import { type DeployedStreams } from './deployed-streams';
import {
  type LaneAssignment,
  type LaneCommand,
  type LaneDeployment,
  type LaneMember,
  type LaneReport,
} from './lane-messages';
import { type LaneRetries } from './lane-retries';
import { type LaneStatistics } from './lane-statistics';
import { type Parking } from './parking';

const SNAPSHOT_INTERVAL_MS = 250;

/** What the control drives. */
export interface LaneParts {
  readonly server: LaneServer;
  readonly streams: DeployedStreams;
  readonly statistics: LaneStatistics;
  readonly parking: Parking;
  readonly retries: LaneRetries;
  /** Ends the lane: stops the server and releases the sessions. */
  readonly shutDown: () => Promise<void>;
}

/** Carries out the main thread's commands, one after the other, and reports. */
export class LaneControl {
  private members: readonly LaneMember[] = [];
  private assignment: LaneAssignment = { partitions: [], owners: [] };
  /** Partitions that lie on the node's own member. */
  private local: ReadonlySet<number> = new Set();
  private snapshots: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly port: MessagePort,
    private readonly parts: LaneParts,
  ) {}

  start(): void {
    this.port.on('message', (command: LaneCommand) => this.take(command));
    this.snapshots = setInterval(() => this.reportSnapshot(), SNAPSHOT_INTERVAL_MS);
    this.report({ type: 'ready' });
  }

  report(report: LaneReport): void {
    this.port.postMessage(report);
  }

  isLocal(partition: number): boolean {
    return this.local.has(partition);
  }

  private take(command: LaneCommand): void {
    // Answers must not wait behind a deployment that waits for them.
    if (command.type === 'parked') return this.parts.parking.answered(command.id, command.error);
    if (command.type === 'retry') return this.parts.retries.retry(command);
    this.work = this.work
      .then(() => this.carryOut(command))
      .catch((error: unknown) => {
        this.report({
          type: 'log',
          level: 'error',
          message: `command ${command.type} failed`,
          fields: { err: String(error) },
        });
      });
  }

  private async carryOut(command: Exclude<LaneCommand, { type: 'parked' | 'retry' }>): Promise<void> {
    switch (command.type) {
      case 'members':
        return this.meet(command.members);
      case 'assign':
        this.assignment = command;
        return this.follow();
      case 'deploy':
        return this.deploy(command.deployments);
      case 'stop':
        return this.stop();
    }
  }

  private meet(members: readonly LaneMember[]): void {
    const known = new Set(this.members.map(({ uuid }) => uuid));
    const hasJoined = known.size > 0 && members.some(({ uuid }) => !known.has(uuid));
    this.members = members;
    this.follow();
    // It may come from the other side of a split: what it brings is merged into the maps without a word in the journals.
    if (hasJoined) this.parts.server.auditSoon();
  }

  private follow(): void {
    const { partitions } = this.assignment;
    const owners = this.assignment.owners.map((uuid) => uuid ?? undefined);
    const own = this.members.find((member) => member.own);
    this.local = new Set(own ? partitions.filter((partition) => owners[partition] === own.uuid) : []);
    this.parts.server.route(this.members, owners, partitions);
    this.parts.server.follow(this.parts.streams.followed(), partitions);
  }

  private async deploy(deployments: readonly LaneDeployment[]): Promise<void> {
    const outcomes = await this.parts.streams.deploy(deployments);
    this.follow();
    for (const outcome of outcomes) this.report({ type: 'deployed', ...outcome });
  }

  private async stop(): Promise<void> {
    clearInterval(this.snapshots);
    await this.parts.shutDown();
    this.reportSnapshot();
    this.report({ type: 'stopped' });
    this.port.close();
  }

  private reportSnapshot(): void {
    const { server, streams, statistics } = this.parts;
    const snapshot = statistics.snapshot({
      streams: server.streams(),
      partitions: this.assignment.partitions.length,
      leases: server.leases(),
      checkpointsWritten: server.checkpointsWritten,
      deploymentOf: (stream) => streams.deploymentOf(stream),
    });
    this.report({ type: 'stats', snapshot });
  }
}
