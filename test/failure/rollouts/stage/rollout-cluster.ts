import { freePort, startGateway, startRedis, type TestApp, type TestRedis } from '@nearscore/testkit';
import { FailureCluster } from '../../cluster/failure-cluster';
import { type Part, type PartState } from '../../cluster/failure-host';

export interface RolloutClusterOptions {
  /** With a member and a node each, and one more that may join. Default: 3 */
  readonly hosts?: number;
  readonly logFolder: string;
  readonly gateways: number;
  readonly heapMb?: number;
  readonly javaFlags?: readonly string[];
  readonly nodeEnv?: Readonly<Record<string, string>>;
  readonly report: (process: string, state: PartState) => void;
}

const HOSTS = 3;
const SPARE_HOSTS = 1;

/** Hosts with a member and a node each, Redis and gateways: killed and started again in place. */
export class RolloutCluster {
  private readonly gateways: (TestApp | undefined)[] = [];

  private constructor(
    readonly grid: FailureCluster,
    private redis: TestRedis,
    private readonly gatewayPorts: readonly number[],
    private readonly report: RolloutClusterOptions['report'],
  ) {}

  static async start({ gateways, hosts = HOSTS, ...options }: RolloutClusterOptions): Promise<RolloutCluster> {
    const redis = await startRedis();
    const nodeEnv = { REDIS_URL: redis.url, ...options.nodeEnv };
    const grid = await FailureCluster.create({ size: hosts, spare: SPARE_HOSTS, ...options, nodeEnv });
    const ports = await Promise.all(Array.from({ length: gateways }, () => freePort()));
    const cluster = new RolloutCluster(grid, redis, ports, options.report);
    try {
      await grid.start();
      await Promise.all(ports.map((_, index) => cluster.startGateway(index)));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Of a gateway that runs, the first by default. */
  gatewayUrl(index = this.gateways.findIndex((gateway) => gateway?.isRunning())): string {
    const gateway = this.gateways[index];
    if (!gateway) throw new Error(`gateway ${index} does not run`);
    return gateway.url;
  }

  async startGateway(index: number): Promise<void> {
    this.gateways[index] = await startGateway({
      NEARSCORE_GRID_MEMBERS: this.grid.addresses.join(','),
      NEARSCORE_GRID_CLUSTER: this.grid.clusterName,
      NEARSCORE_GATEWAY_PORT: String(this.gatewayPorts[index]),
      REDIS_URL: this.redis.url,
    });
    this.report(`gateway-${index + 1}`, 'up');
  }

  async killGateway(index: number): Promise<void> {
    await this.gateways[index]?.kill();
    this.gateways[index] = undefined;
    this.report(`gateway-${index + 1}`, 'down');
  }

  /** It holds nothing on a disk: it comes back empty. */
  async startRedis(): Promise<void> {
    this.redis = await startRedis({ port: this.redis.port });
    this.report('redis', 'up');
  }

  async killRedis(): Promise<void> {
    await this.redis.kill();
    this.report('redis', 'down');
  }

  /** Of all processes that run, by what they are. */
  pids(): Record<'members' | 'nodes' | 'gateways' | 'redis', number[]> {
    const of = (part: Part): number[] => this.grid.hosts.flatMap((host) => host.pidOf(part) ?? []);
    const gateways = this.gateways.flatMap((gateway) => gateway?.pid ?? []);
    return { members: of('member'), nodes: of('node'), gateways, redis: [this.redis.pid] };
  }

  async stop(): Promise<void> {
    for (const gateway of this.gateways) await gateway?.kill();
    await this.grid.stop();
    await this.redis.kill();
  }
}
