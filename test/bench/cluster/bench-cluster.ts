import { loadLocalClusterConfig } from '@nearscore/config';
import {
  appCommand,
  freePort,
  hazelcastJar,
  ManagedProcess,
  memberCommand,
  projectPath,
} from '@nearscore/local-cluster';
import { print } from '../results/print';

// Two record maps and their journals, where a local cluster usually has one at such a rate.
const MEMBER_HEAP_MB = 2048;

export interface BenchClusterOptions {
  readonly partitions: number;
  /** Flags of the node's process, such as --cpu-prof. */
  readonly nodeFlags: readonly string[];
}

/** One member and its node, with the settings of a local cluster. */
export class BenchCluster {
  private constructor(
    readonly address: string,
    readonly clusterName: string,
    readonly member: ManagedProcess,
    readonly node: ManagedProcess,
    readonly nodeUrl: string,
  ) {}

  static async start(options: BenchClusterOptions): Promise<BenchCluster> {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const clusterName = `bench-${process.pid}-${options.partitions}`;
    const member = await startMember(port, clusterName, options.partitions);
    try {
      const nodePort = await freePort();
      const node = await startNode(address, clusterName, nodePort, options.nodeFlags);
      return new BenchCluster(address, clusterName, member, node, `http://127.0.0.1:${nodePort}`);
    } catch (error) {
      await member.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.member.stop();
  }
}

async function startMember(port: number, clusterName: string, partitions: number): Promise<ManagedProcess> {
  const name = 'bench-member';
  return ManagedProcess.start(
    memberCommand({
      name,
      jar: await hazelcastJar((what) => print(`  fetching ${what}`)),
      java: loadLocalClusterConfig().java,
      port,
      clusterName,
      members: [`127.0.0.1:${port}`],
      heapMb: MEMBER_HEAP_MB,
      logPath: logPath(name),
      properties: { 'hazelcast.partition.count': String(partitions) },
    }),
  );
}

function startNode(
  address: string,
  clusterName: string,
  port: number,
  nodeFlags: readonly string[],
): Promise<ManagedProcess> {
  const name = 'bench-node';
  const env = {
    NEARSCORE_GRID_MEMBERS: address,
    NEARSCORE_GRID_CLUSTER: clusterName,
    NEARSCORE_NODE_MEMBER: address,
    NEARSCORE_NODE_PORT: String(port),
    NEARSCORE_LANES: '1',
  };
  return ManagedProcess.start(
    appCommand({ name, app: 'inference-node', port, env, logPath: logPath(name), nodeFlags }),
  );
}

function logPath(name: string): string {
  return projectPath('.cache', 'logs', `${name}.log`);
}
