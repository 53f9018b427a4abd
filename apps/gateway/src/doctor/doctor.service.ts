import { SOFTWARE_VERSION } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { type GridMember } from '@nearscore/grid';
import { checkRedis, type RedisProbe } from '@nearscore/queues';
import { type Deployment } from '@nearscore/registry';
import { type BackPressure } from '../back-pressure/back-pressure';
import { type StreamLags } from '../back-pressure/stream-lags';
import { type GridConnection } from '../grid/grid-connection';
import { type GridSession } from '../grid/grid-session';
import { type ClusterWatch } from '../nodes/cluster-watch';
import { addressOf } from '../nodes/node-view';
import { measureClockSkews } from './clock-skews';
import { broken, counted, type DoctorReport, fine, type Finding, worstOf } from './finding';
import { mapFindings, type MemberConfiguration } from './map-findings';
import { modelFindings } from './model-findings';
import { clockFindings, nodeFindings, versionFindings } from './node-findings';
import { redisFindings } from './redis-findings';
import { type StreamFacts, streamFindings } from './stream-findings';

export interface DoctorParts {
  readonly connection: GridConnection;
  readonly watch: Pick<ClusterWatch, 'look'>;
  readonly lags: Pick<StreamLags, 'of'>;
  readonly backPressure: Pick<BackPressure, 'limitOf'>;
  readonly redis: RedisProbe;
  readonly heartbeatMs: number;
}

/** Looks at all that a cluster needs, and says what is wrong and what to do. It changes nothing. */
export class DoctorService {
  private running: Promise<DoctorReport> | undefined;

  constructor(private readonly parts: DoctorParts) {}

  /** Never rejects: what cannot be looked at is a finding. Who asks meanwhile gets the same report: it reads whole models. */
  examine(): Promise<DoctorReport> {
    this.running ??= this.examineNow().finally(() => (this.running = undefined));
    return this.running;
  }

  private async examineNow(): Promise<DoctorReport> {
    const [grid, redis] = await Promise.all([this.gridFindings(), checkRedis(this.parts.redis)]);
    const findings = [...grid, ...redisFindings(redis)];
    const checkedAt = new Date().toISOString();
    return { status: worstOf(findings), softwareVersion: SOFTWARE_VERSION, checkedAt, findings };
  }

  private async gridFindings(): Promise<Finding[]> {
    try {
      const session = this.parts.connection.session();
      return [connectedFinding(session), ...(await this.clusterFindings(session))];
    } catch (error) {
      const message = `cannot be asked: ${messageOf(error)}`;
      return [broken('grid', null, message, 'Are the members running, and is NEARSCORE_GRID_MEMBERS right?')];
    }
  }

  private async clusterFindings(session: GridSession): Promise<Finding[]> {
    const { grid, deployments, models, nodes } = session;
    const { watch, heartbeatMs } = this.parts;
    const [seen, deployed, skews, members] = await Promise.all([
      watch.look(),
      deployments.list(),
      measureClockSkews(() => nodes.list(), heartbeatMs),
      Promise.all(grid.members().map((member) => configurationOf(session, member))),
    ]);
    const living = new Set(seen.filter((node) => node.living).map(({ entry }) => entry.id));
    return [
      ...nodeFindings(seen),
      ...versionFindings(SOFTWARE_VERSION, seen, grid.members()),
      ...clockFindings(new Map([...skews].filter(([id]) => living.has(id)))),
      ...deployed.flatMap((deployment) => streamFindings(this.factsOf(deployment), seen, grid.partitions.count())),
      ...mapFindings(members, deployed),
      ...(await modelFindings(models, deployed)),
    ];
  }

  private factsOf(deployment: Deployment): StreamFacts {
    const { lags, backPressure } = this.parts;
    return { deployment, lag: lags.of(deployment.stream), maxUnscoredAgeSeconds: backPressure.limitOf(deployment) };
  }
}

function connectedFinding({ grid }: GridSession): Finding {
  const count = grid.members().length;
  if (count === 0 || !grid.isConnected()) {
    return broken('grid', null, 'the gateway is not connected to any member', 'Are the members running?');
  }
  return fine('grid', null, `${grid.clusterName}: ${counted(count, 'member')}, ${grid.partitions.count()} partitions`);
}

async function configurationOf({ grid }: GridSession, member: GridMember): Promise<MemberConfiguration> {
  const address = addressOf(member.host, member.port);
  try {
    return { address, config: await grid.memberConfig(member) };
  } catch (error) {
    return { address, config: error instanceof Error ? error : new Error(String(error)) };
  }
}
