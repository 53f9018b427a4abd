import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLocalClusterConfig } from '@nearscore/config';
import { freePort, hazelcastJar, projectPath } from '@nearscore/local-cluster';
import { FailureHost, type PartState } from './failure-host';

export interface FailureClusterOptions {
  /** Hosts that run from the start; each is a member and a node. */
  readonly size: number;
  /** Hosts that may join later. */
  readonly spare?: number;
  readonly logFolder: string;
  /** Maps beside those of deploy/hazelcast.yaml, as Hazelcast's YAML writes them; exact names. */
  readonly maps?: Readonly<Record<string, unknown>>;
  readonly nodeEnv?: Readonly<Record<string, string>>;
  readonly memberProperties?: Readonly<Record<string, string>>;
  readonly javaFlags?: readonly string[];
  /** Of each member, MiB. */
  readonly heapMb?: number;
  readonly report?: (process: string, state: PartState) => void;
}

export const PARTITIONS = 31;
const MEMBER_HEAP_MB = 256;
/** C1 alone and a serial collector: half the start time of a member, and no need of speed. */
const TEST_JAVA_FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData'];

/** Members with a node each, from the starter's own commands, without its supervision: here nothing comes back unasked. */
export class FailureCluster {
  private constructor(
    readonly clusterName: string,
    readonly hosts: readonly FailureHost[],
    private readonly size: number,
  ) {}

  static async create(options: FailureClusterOptions): Promise<FailureCluster> {
    const clusterName = `failure-${process.pid}`;
    const count = options.size + (options.spare ?? 0);
    const ports = await freePorts(count * 2);
    const members = ports.slice(0, count).map((port) => `127.0.0.1:${port}`);
    const shared = await memberSettings(options, clusterName, members);
    const nodeEnv = { NEARSCORE_GRID_MEMBERS: members.join(','), NEARSCORE_GRID_CLUSTER: clusterName };
    const hosts = members.map((member, index) => {
      const number = index + 1;
      const nodePort = ports[count + index] as number;
      return new FailureHost({
        number,
        member: { ...shared, port: ports[index] as number, logPath: join(options.logFolder, `member-${number}.log`) },
        nodePort,
        nodeEnv: {
          ...nodeEnv,
          NEARSCORE_NODE_ID: `node-${number}`,
          NEARSCORE_NODE_MEMBER: member,
          NEARSCORE_NODE_PORT: String(nodePort),
          NEARSCORE_LANES: '1',
          ...options.nodeEnv,
        },
        nodeLogPath: join(options.logFolder, `node-${number}.log`),
        report: options.report ?? (() => undefined),
      });
    });
    return new FailureCluster(clusterName, hosts, options.size);
  }

  /** host:port of all that may ever run. */
  get addresses(): string[] {
    return this.hosts.map(({ memberAddress }) => memberAddress);
  }

  /** The hosts of the first start. */
  get first(): readonly FailureHost[] {
    return this.hosts.slice(0, this.size);
  }

  host(number: number): FailureHost {
    const host = this.hosts[number - 1];
    if (!host) throw new Error(`there is no host ${number}`);
    return host;
  }

  runningMembers(): number {
    return this.hosts.filter((host) => host.isUp('member')).length;
  }

  async start(): Promise<void> {
    await this.startMembers(this.first);
    await Promise.all(this.first.map((host) => host.startNode()));
  }

  /** One more in a cluster that runs. */
  startMember(host: FailureHost): Promise<void> {
    return host.startMember(this.runningMembers() + 1);
  }

  /** The first one alone, so that a cluster can never form twice. */
  async startMembers(hosts: readonly FailureHost[]): Promise<void> {
    const [first, ...others] = hosts;
    await first?.startMember(1);
    await Promise.all(others.map((host) => host.startMember(hosts.length)));
  }

  /** At once: what a graceful stop does is a scenario of its own. */
  async stop(): Promise<void> {
    const parts = this.hosts.flatMap((host) => [host.kill('node'), host.kill('member')]);
    await Promise.all(parts);
  }
}

async function memberSettings(options: FailureClusterOptions, clusterName: string, members: readonly string[]) {
  return {
    jar: await hazelcastJar(() => undefined),
    java: loadLocalClusterConfig().java,
    clusterName,
    members,
    heapMb: options.heapMb ?? MEMBER_HEAP_MB,
    configPath: await configWith(options.maps, options.logFolder),
    properties: {
      'hazelcast.partition.count': String(PARTITIONS),
      'hazelcast.shutdownhook.policy': 'GRACEFUL',
      ...options.memberProperties,
    },
    javaFlags: options.javaFlags ?? TEST_JAVA_FLAGS,
  };
}

/** The stock file, or one that imports it and adds maps: JSON is YAML. */
async function configWith(maps: FailureClusterOptions['maps'], folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  if (maps === undefined) return undefined;
  const path = join(folder, 'hazelcast.yaml');
  const config = { hazelcast: { import: [projectPath('deploy', 'hazelcast.yaml')], map: maps } };
  await writeFile(path, JSON.stringify(config));
  return path;
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
