import { availableParallelism } from 'node:os';
import { type LocalClusterConfig } from '@nearscore/config';
import { hazelcastJar } from '../artifacts/hazelcast-jar';
import { redisBinary } from '../artifacts/redis-binary';
import { appCommand } from '../commands/app.command';
import { memberCommand } from '../commands/member.command';
import { redisCommand } from '../commands/redis.command';
import { assertPortsFree } from '../ports/wanted-ports';
import { type ProcessEvent } from '../process/process-event';
import { ProcessGroup } from '../process/process-group';
import { projectPath } from '../project-root';
import { wantedPorts } from './cluster-ports';
import { assertGridReachable, assertRedisReachable } from './existing-services';

export type ClusterEvent = ProcessEvent | { readonly type: 'fetching'; readonly what: string };

export interface LocalClusterOptions {
  readonly config: LocalClusterConfig;
  /** Told what happens, also after the start. */
  readonly report: (event: ClusterEvent) => void;
}

const LAYER = { redis: 0, member: 1, node: 2, gateway: 3 } as const;

/**
 * Members, Redis, one node beside each member and a gateway, all on the loopback interface; whatever the configuration
 * names as existing is used instead. What dies is started again. Logs: .cache/logs/<process>.log
 */
export class LocalCluster {
  private readonly processes: ProcessGroup;
  private readonly config: LocalClusterConfig;

  constructor(private readonly options: LocalClusterOptions) {
    this.config = options.config;
    this.processes = new ProcessGroup(options.report);
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.config.gatewayPort}`;
  }

  /** host:port */
  get gridMembers(): readonly string[] {
    return this.config.gridMembers ?? this.ownMembers;
  }

  get redisUrl(): string {
    return this.config.redisUrl ?? `redis://127.0.0.1:${this.config.redisPort}`;
  }

  get nodeUrls(): string[] {
    return this.gridMembers.map((_, index) => `http://127.0.0.1:${this.config.nodePort + index}`);
  }

  /**
   * Resolves when every process is live. Throws PortTakenError, ArtifactError, ServiceUnreachableError or
   * ProcessStartError; what was started is stopped then.
   */
  async start(): Promise<void> {
    try {
      await assertPortsFree(wantedPorts(this.config));
      await Promise.all([this.startGrid(), this.startRedis()]);
      await Promise.all([this.startNodes(), this.startGateway()]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Gateway, nodes, members, Redis, in this order. May be called at any time and more than once. */
  stop(): Promise<void> {
    return this.processes.stop();
  }

  /** Ends everything at once: for a second Ctrl-C. */
  kill(): void {
    this.processes.kill();
  }

  private get ownMembers(): string[] {
    return Array.from({ length: this.config.members }, (_, index) => `127.0.0.1:${this.config.memberPort + index}`);
  }

  private async startGrid(): Promise<void> {
    if (this.config.gridMembers) return assertGridReachable(this.config.gridMembers);
    const jar = await hazelcastJar(this.reportFetch);
    // The first one alone: the others join it, and a cluster can never form twice.
    await this.startMember(jar, 0, 1);
    await Promise.all(this.ownMembers.slice(1).map((_, index) => this.startMember(jar, index + 1, 2)));
  }

  private async startMember(jar: string, index: number, readySize: number): Promise<void> {
    const name = `member-${index + 1}`;
    const { java, gridCluster: clusterName, memberHeapMb: heapMb, memberPort } = this.config;
    const port = memberPort + index;
    const members = this.ownMembers;
    const spec = memberCommand({
      name,
      jar,
      java,
      port,
      clusterName,
      members,
      heapMb,
      readySize,
      logPath: logPath(name),
    });
    await this.processes.start(LAYER.member, spec);
  }

  private async startRedis(): Promise<void> {
    const { redisUrl, redisPort: port } = this.config;
    if (redisUrl !== undefined) return assertRedisReachable(redisUrl);
    const binary = await redisBinary(this.reportFetch);
    await this.processes.start(LAYER.redis, redisCommand({ name: 'redis', binary, port, logPath: logPath('redis') }));
  }

  private async startNodes(): Promise<void> {
    await Promise.all(this.gridMembers.map((member, index) => this.startNode(member, index)));
  }

  private async startNode(member: string, index: number): Promise<void> {
    const name = `node-${index + 1}`;
    const port = this.config.nodePort + index;
    const env = {
      ...this.clusterEnvironment(),
      NEARSCORE_NODE_PORT: String(port),
      NEARSCORE_NODE_MEMBER: member,
      NEARSCORE_LANES: String(this.config.lanes ?? this.sharedLanes()),
    };
    await this.processes.start(
      LAYER.node,
      appCommand({ name, app: 'inference-node', port, env, logPath: logPath(name) }),
    );
  }

  private async startGateway(): Promise<void> {
    const port = this.config.gatewayPort;
    const env = { ...this.clusterEnvironment(), NEARSCORE_GATEWAY_PORT: String(port) };
    const spec = appCommand({ name: 'gateway', app: 'gateway', port, env, logPath: logPath('gateway') });
    await this.processes.start(LAYER.gateway, spec);
  }

  private clusterEnvironment(): Record<string, string> {
    const { gridCluster } = this.config;
    const members = this.gridMembers.join(',');
    return { NEARSCORE_GRID_MEMBERS: members, NEARSCORE_GRID_CLUSTER: gridCluster, REDIS_URL: this.redisUrl };
  }

  /** The nodes of one machine share its cores, where a node alone would take them all. */
  private sharedLanes(): number {
    return Math.max(1, Math.floor((availableParallelism() - 1) / this.gridMembers.length));
  }

  private readonly reportFetch = (what: string): void => this.options.report({ type: 'fetching', what });
}

function logPath(process: string): string {
  return projectPath('.cache', 'logs', `${process}.log`);
}
