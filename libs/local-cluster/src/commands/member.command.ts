import { type ProcessSpec } from '../process/process-spec';
import { httpBody } from '../probes/http-probe';
import { projectPath } from '../project-root';
import { memberJavaFlags } from './member-java-flags';

export interface MemberOptions {
  readonly name: string;
  readonly jar: string;
  /** The java executable. */
  readonly java: string;
  readonly port: number;
  readonly clusterName: string;
  /** host:port of all members of the cluster, this one among them. */
  readonly members: readonly string[];
  /** MiB */
  readonly heapMb: number;
  readonly logPath: string;
  /** Members that there are when it is ready, itself among them. Default 1. */
  readonly readySize?: number;
  /** Default deploy/hazelcast.yaml. */
  readonly configPath?: string;
  /** Java system properties over the configuration file: `hazelcast.partition.count`, … */
  readonly properties?: Readonly<Record<string, string>>;
  /** In place of those of `memberJavaFlags`. */
  readonly javaFlags?: readonly string[];
}

/** As in Hazelcast's own start scripts: without them it warns and copies more. */
const STOCK_FLAGS = [
  ['--add-modules', 'java.se'],
  ['--add-exports', 'java.base/jdk.internal.ref=ALL-UNNAMED'],
  ['--add-opens', 'java.base/java.lang=ALL-UNNAMED'],
  ['--add-opens', 'java.base/sun.nio.ch=ALL-UNNAMED'],
  ['--add-opens', 'java.management/sun.management=ALL-UNNAMED'],
  ['--add-opens', 'jdk.management/com.sun.management.internal=ALL-UNNAMED'],
].flat();

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

/** A stock member on the loopback interface; ready when its health endpoint says so and the cluster is complete. */
export function memberCommand(options: MemberOptions): ProcessSpec {
  return {
    name: options.name,
    command: options.java,
    args: [
      ...STOCK_FLAGS,
      ...(options.javaFlags ?? memberJavaFlags()),
      `-Xms${options.heapMb}m`,
      `-Xmx${options.heapMb}m`,
      ...Object.entries(systemProperties(options)).map(([name, value]) => `-D${name}=${value}`),
      '-cp',
      options.jar,
      'com.hazelcast.core.server.HazelcastMemberStarter',
    ],
    logPath: options.logPath,
    isReady: () => isMemberReady(options.port, options.readySize ?? 1),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };
}

function systemProperties(options: MemberOptions): Record<string, string> {
  return {
    'hazelcast.config': options.configPath ?? projectPath('deploy', 'hazelcast.yaml'),
    'hz.cluster-name': options.clusterName,
    'hz.network.port.port': String(options.port),
    'hz.network.join.tcp-ip.members': options.members.join(','),
    // The open-source member knows no login: listen where its address is, on the loopback interface alone.
    'hazelcast.socket.bind.any': 'false',
    // Members of a local cluster are started one after the other, so there is no late joiner to wait for.
    'hazelcast.wait.seconds.before.join': '0',
    ...options.properties,
  };
}

async function isMemberReady(port: number, size: number): Promise<boolean> {
  const health = `http://127.0.0.1:${port}/hazelcast/health`;
  if ((await httpBody(`${health}/ready`)) === undefined) return false;
  return Number(await httpBody(`${health}/cluster-size`)) >= size;
}
