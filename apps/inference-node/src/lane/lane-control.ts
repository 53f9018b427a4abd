import { type MessagePort } from 'node:worker_threads';
import { type LaneServer } from '@nearscore/grid-transport';
import { type CandidateReport, type Deployment } from '@nearscore/registry';
import { type DeployedStreams } from './deployed-streams';
import {
  type LaneAssignment,
  type LaneCommand,
  type LaneMember,
  type LaneModelName,
  type LaneReport,
} from './lane-messages';
import { type LanePulse } from './lane-pulse';
import { type LaneRetries } from './lane-retries';
import { type LaneStatistics } from './lane-statistics';
import { type Parking } from './parking';
import { type SessionPool } from './session-pool';

/** Each wakes the lane, and the main thread: an idle node does little else. */
const BEAT_INTERVAL_MS = 500;

/** What the control drives. */
export interface LaneParts {
  readonly server: LaneServer;
  readonly streams: DeployedStreams;
  readonly pool: Pick<SessionPool, 'size'>;
  readonly statistics: LaneStatistics;
  readonly parking: Parking;
  readonly retries: LaneRetries;
  readonly pulse: Pick<LanePulse, 'turn'>;
  /** Ends the lane: stops the server and releases the sessions. */
  readonly shutDown: () => Promise<void>;
}

/** Carries out the main thread's commands, and reports. */
export class LaneControl {
  private members: readonly LaneMember[] = [];
  private assignment: LaneAssignment = { partitions: [], owners: [] };
  /** Partitions that lie on the node's own member. */
  private local: ReadonlySet<number> = new Set();
  private beats: NodeJS.Timeout | undefined;
  /** Epochs by which alone predictions are stored. */
  private readonly applied = new Map<string, Pick<Deployment, 'epoch' | 'version'>>();

  constructor(
    private readonly port: MessagePort,
    private readonly parts: LaneParts,
  ) {}

  start(): void {
    this.parts.streams.listen({
      changed: () => this.streamsChanged(),
      applied: (deployment, prepared) => void this.acknowledge(deployment, prepared),
      failed: ({ stream, epoch, version }, error) => this.report({ type: 'deployed', stream, epoch, version, error }),
      prepared: (model, error) => this.reportPrepared(model, error),
    });
    this.port.on('message', (command: LaneCommand) => void this.take(command));
    this.beats = setInterval(() => this.beat(), BEAT_INTERVAL_MS);
    this.report({ type: 'ready' });
  }

  report(report: LaneReport): void {
    this.port.postMessage(report);
  }

  isLocal(partition: number): boolean {
    return this.local.has(partition);
  }

  private async take(command: LaneCommand): Promise<void> {
    try {
      await this.carryOut(command);
    } catch (error) {
      const fields = { err: String(error) };
      this.report({ type: 'log', level: 'error', message: `command ${command.type} failed`, fields });
    }
  }

  /** None waits for another: a load takes long, and partitions come and go meanwhile. */
  private carryOut(command: LaneCommand): void | Promise<void> {
    const { streams, parking, retries } = this.parts;
    switch (command.type) {
      case 'members':
        return this.meet(command.members);
      case 'assign':
        return this.assign(command);
      case 'deploy':
        return streams.deploy(command.deployments);
      case 'prepare':
        return streams.prepare(command.models);
      case 'parked':
        return parking.answered(command.id, command.error);
      case 'retry':
        return retries.retry(command);
      case 'stop':
        return this.stop();
    }
  }

  private assign(assignment: LaneAssignment): void {
    this.assignment = assignment;
    this.follow();
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

  private reportPrepared({ model, version, sha256 }: LaneModelName, error: string | undefined): void {
    this.report({ type: 'prepared', model, version, sha256, ...(error !== undefined && { error }) });
  }

  private streamsChanged(): void {
    for (const stream of this.applied.keys()) {
      if (!this.parts.streams.deploymentOf(stream)) this.applied.delete(stream);
    }
    this.follow();
  }

  /** Told when nothing that an older epoch scored is on its way any more: from then on nobody meets it. */
  private async acknowledge({ stream, epoch, version }: Deployment, prepared: boolean): Promise<void> {
    await this.parts.server.settled();
    if (this.parts.streams.deploymentOf(stream)?.epoch !== epoch) return;
    this.applied.set(stream, { epoch, version });
    this.report({ type: 'deployed', stream, epoch, version, prepared });
  }

  private async stop(): Promise<void> {
    await this.parts.shutDown();
    clearInterval(this.beats);
    this.reportSnapshot();
    this.report({ type: 'stopped' });
    this.port.close();
  }

  private beat(): void {
    this.parts.pulse.turn();
    this.reportSnapshot();
  }

  private reportSnapshot(): void {
    const { server, pool, statistics } = this.parts;
    const snapshot = statistics.snapshot({
      streams: server.streams(),
      partitions: this.assignment.partitions.length,
      leases: server.leases(),
      checkpointsWritten: server.checkpointsWritten,
      deploymentOf: (stream) => this.applied.get(stream),
      candidateOf: (stream) => this.candidateOf(stream),
    });
    this.report({ type: 'stats', snapshot, sessions: pool.size });
  }

  /** None until the epoch is settled: the lane says the one before till then. */
  private candidateOf(stream: string): CandidateReport | undefined {
    const { streams } = this.parts;
    const isApplied = streams.deploymentOf(stream)?.epoch === this.applied.get(stream)?.epoch;
    return isApplied ? streams.candidateReportOf(stream) : undefined;
  }
}
