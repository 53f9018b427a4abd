import { join } from 'node:path';
import { CLUSTER_SETTINGS } from './grid.settings';
import { type Environment, readSettings, type Setting } from './setting';
import { addresses, integer, optional, redisUrl, text } from './setting-schemas';

const port = integer(1, 65535);

/** What `nearscore up` reads. Several of these are read by the processes that it starts, too, and mean the same. */
export const LOCAL_CLUSTER_SETTINGS = {
  gridMembers: {
    name: 'NEARSCORE_GRID_MEMBERS',
    default: '',
    unit: 'host:port, …',
    meaning: 'Members of a grid that runs already; none is started then, and each of these gets a node.',
    schema: optional(addresses),
  },
  gridCluster: CLUSTER_SETTINGS.gridCluster,
  redisUrl: {
    name: 'REDIS_URL',
    default: '',
    unit: 'URL',
    meaning: 'A Redis (6.2 or later) or Valkey that runs already; none is started then.',
    secret: true,
    schema: optional(redisUrl),
  },
  members: {
    name: 'NEARSCORE_LOCAL_MEMBERS',
    default: '1',
    unit: 'count',
    meaning: 'Members to start, each with its node.',
    schema: integer(1, 16),
  },
  memberHeapMb: {
    name: 'NEARSCORE_LOCAL_MEMBER_HEAP_MB',
    default: '1024',
    unit: 'MiB',
    meaning: 'Java heap of each member; all of it is taken at the start.',
    schema: integer(128, 1_048_576),
  },
  memberPort: {
    name: 'NEARSCORE_LOCAL_MEMBER_PORT',
    default: '5701',
    unit: 'port',
    meaning: 'Port of the first member; the others take the next ones.',
    schema: port,
  },
  redisPort: {
    name: 'NEARSCORE_LOCAL_REDIS_PORT',
    default: '6379',
    unit: 'port',
    meaning: 'Port of Redis.',
    schema: port,
  },
  gatewayPort: {
    name: 'NEARSCORE_GATEWAY_PORT',
    default: '8000',
    unit: 'port',
    meaning: 'HTTP port of the gateway.',
    schema: port,
  },
  nodePort: {
    name: 'NEARSCORE_NODE_PORT',
    default: '8100',
    unit: 'port',
    meaning: 'Health and metrics port of the first node; the others take the next ones.',
    schema: port,
  },
  javaHome: {
    name: 'JAVA_HOME',
    default: '',
    derived: '`java` on the PATH',
    unit: 'folder',
    meaning: 'The Java (17 or later) that runs members.',
    schema: optional(text(/./, 'a folder')),
  },
  lanes: {
    name: 'NEARSCORE_LANES',
    default: '',
    derived: '(cores − 1) / nodes, at least 1',
    unit: 'count',
    meaning: 'Lanes of each node.',
    schema: optional(integer(1, 256)),
  },
} as const satisfies Record<string, Setting<unknown>>;

export interface LocalClusterConfig {
  /** host:port of an existing grid; undefined = start one. */
  readonly gridMembers: readonly string[] | undefined;
  readonly gridCluster: string;
  /** An existing Redis; undefined = start one. */
  readonly redisUrl: string | undefined;
  readonly members: number;
  readonly memberHeapMb: number;
  readonly memberPort: number;
  readonly redisPort: number;
  readonly gatewayPort: number;
  readonly nodePort: number;
  /** The java executable. */
  readonly java: string;
  /** Per node; undefined = share the cores. */
  readonly lanes: number | undefined;
}

/** The configuration of a local cluster, frozen. Throws ConfigError naming every variable that is wrong. */
export function loadLocalClusterConfig(env: Environment = process.env): LocalClusterConfig {
  const { javaHome, ...values } = readSettings(LOCAL_CLUSTER_SETTINGS, [], env);
  return Object.freeze({ ...values, java: javaHome === undefined ? 'java' : join(javaHome, 'bin', 'java') });
}

/** The command-line flag of a setting: gatewayPort → --gateway-port. */
export function flagOf(setting: keyof typeof LOCAL_CLUSTER_SETTINGS): string {
  return `--${setting.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}
