import { checkRedis, type RedisHealth, type RedisProbe } from '@nearscore/queues';
import { type GridConnection } from '../grid/grid-connection';
import { type ClusterWatch } from '../nodes/cluster-watch';
import { NotReadyError } from './health.errors';

export interface ReadinessChecks {
  readonly grid: { readonly up: boolean; readonly members: number };
  readonly nodes: { readonly up: boolean; readonly ready: number; readonly known: number };
  readonly deployments: { readonly up: boolean; readonly count: number };
  /** Shown, never fatal: records are written and scored without Redis. */
  readonly redis: RedisHealth;
}

const CHECK_TIMEOUT_MS = 2_000;
const GRID_DOWN = { members: 0, entries: [], deployed: 0 } as const;

/** Ready = a record written now is scored: the grid is there, a node is ready, a model is deployed. */
export class HealthService {
  constructor(
    private readonly connection: GridConnection,
    private readonly redis: RedisProbe,
    private readonly watch: Pick<ClusterWatch, 'look'>,
  ) {}

  /** NotReadyError with all checks when one that counts is down. */
  async ready(): Promise<ReadinessChecks> {
    const checks = await this.checks();
    if (!checks.grid.up || !checks.nodes.up || !checks.deployments.up) throw new NotReadyError(checks);
    return checks;
  }

  private async checks(): Promise<ReadinessChecks> {
    const [grid, redis] = await Promise.all([this.askGrid(), checkRedis(this.redis)]);
    const ready = grid.entries.filter(({ entry, living }) => living && entry.ready).length;
    return {
      grid: { up: grid !== GRID_DOWN, members: grid.members },
      nodes: { up: ready > 0, ready, known: grid.entries.length },
      deployments: { up: grid.deployed > 0, count: grid.deployed },
      redis,
    };
  }

  private async askGrid() {
    if (!this.connection.isConnected()) return GRID_DOWN;
    const { grid, deployments } = this.connection.session();
    const answers = Promise.all([this.watch.look(), deployments.list()]).catch(() => undefined);
    const answered = await Promise.race([answers, timeout(CHECK_TIMEOUT_MS)]);
    if (answered === undefined) return GRID_DOWN;
    return { members: grid.members().length, entries: answered[0], deployed: answered[1].length };
  }
}

function timeout(afterMs: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), afterMs).unref());
}
