import { type Setting, type SettingRule, type SettingValues } from './setting';
import { addresses, integer, oneOf, optional, pemFile, redisUrl, text } from './setting-schemas';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What every process of the cluster needs: the grid, the queues, and how much to log. */
export const CLUSTER_SETTINGS = {
  gridMembers: {
    name: 'NEARSCORE_GRID_MEMBERS',
    default: '127.0.0.1:5701',
    unit: 'host:port, …',
    meaning: 'Members of the grid to connect to first; the others are learned from them.',
    schema: addresses,
  },
  gridCluster: {
    name: 'NEARSCORE_GRID_CLUSTER',
    default: 'nearscore',
    unit: '',
    meaning: "The grid's cluster name.",
    schema: text(/^\S{1,64}$/, 'a name of 1 to 64 characters without blanks'),
  },
  gridTlsCa: {
    name: 'NEARSCORE_GRID_TLS_CA',
    default: '',
    unit: 'PEM file',
    meaning: 'Authorities trusted for the members. Setting any of the three TLS variables turns TLS on.',
    schema: optional(pemFile),
  },
  gridTlsCert: {
    name: 'NEARSCORE_GRID_TLS_CERT',
    default: '',
    unit: 'PEM file',
    meaning: 'Certificate shown to the members, with NEARSCORE_GRID_TLS_KEY.',
    schema: optional(pemFile),
  },
  gridTlsKey: {
    name: 'NEARSCORE_GRID_TLS_KEY',
    default: '',
    unit: 'PEM file',
    meaning: 'Private key of NEARSCORE_GRID_TLS_CERT.',
    secret: true,
    schema: optional(pemFile),
  },
  redisUrl: {
    name: 'REDIS_URL',
    default: 'redis://127.0.0.1:6379',
    unit: 'URL',
    meaning: 'The Redis that carries queues. May hold a password, so it is never shown.',
    secret: true,
    schema: redisUrl,
  },
  heartbeatMs: {
    name: 'NEARSCORE_HEARTBEAT_MS',
    default: '500',
    unit: 'ms',
    meaning: 'How often nodes announce themselves, and all look; after two missed heartbeats a node counts as dead.',
    schema: integer(100, 60_000),
  },
  logLevel: {
    name: 'NEARSCORE_LOG_LEVEL',
    default: 'info',
    unit: '',
    meaning: `Least severe level that is logged: ${LOG_LEVELS.join(', ')}.`,
    schema: oneOf(...LOG_LEVELS),
  },
} as const satisfies Record<string, Setting<unknown>>;

/** A certificate is of no use without its key. */
export const tlsPairRule: SettingRule = (env) => {
  const { gridTlsCert: cert, gridTlsKey: key } = CLUSTER_SETTINGS;
  if (!env[cert.name] === !env[key.name]) return [];
  const [missing, given] = env[cert.name] ? [key, cert] : [cert, key];
  return [{ name: missing.name, message: `expected because ${given.name} is set` }];
};

export interface GridConfig {
  /** host:port */
  readonly members: readonly string[];
  readonly clusterName: string;
  /** PEM texts, not paths. Undefined = plain TCP. */
  readonly tls: GridTlsConfig | undefined;
}

export interface GridTlsConfig {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export function gridConfigOf(values: SettingValues<typeof CLUSTER_SETTINGS>): GridConfig {
  const { gridTlsCa: ca, gridTlsCert: cert, gridTlsKey: key } = values;
  const tls = ca || cert || key ? Object.freeze({ ca, cert, key }) : undefined;
  return Object.freeze({ members: values.gridMembers, clusterName: values.gridCluster, tls });
}
