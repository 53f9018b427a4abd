import { availableParallelism, hostname } from 'node:os';
import { type ConfigIssue } from './config.errors';
import { CLUSTER_SETTINGS, type GridConfig, gridConfigOf, type LogLevel, tlsPairRule } from './grid.settings';
import { type Environment, readSettings, type Setting, valueOf } from './setting';
import { integer, memberName, optional, type PerStream, perStream, text } from './setting-schemas';

export const NODE_SETTINGS = {
  ...CLUSTER_SETTINGS,
  host: {
    name: 'NEARSCORE_NODE_HOST',
    default: '127.0.0.1',
    unit: '',
    meaning: 'Address on which the node serves health and metrics.',
    schema: text(/^\S+$/, 'an address'),
  },
  port: {
    name: 'NEARSCORE_NODE_PORT',
    default: '8100',
    unit: 'port',
    meaning: 'Port on which the node serves health and metrics; 0 = any free one.',
    schema: integer(0, 65535),
  },
  nodeId: {
    name: 'NEARSCORE_NODE_ID',
    default: '',
    derived: '`<host name>-<port>`',
    unit: '',
    meaning: 'Name of the node in the cluster; two nodes never share one.',
    schema: optional(text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, '1 to 128 letters, digits, dots, dashes')),
  },
  member: {
    name: 'NEARSCORE_NODE_MEMBER',
    default: '',
    derived: 'the member at a local address',
    unit: 'host:port or uuid',
    meaning: 'The member beside this node. Needed when several members run at one address.',
    schema: optional(memberName),
  },
  lanes: {
    name: 'NEARSCORE_LANES',
    default: String(Math.max(1, availableParallelism() - 1)),
    derived: 'cores − 1, at least 1',
    unit: 'count',
    meaning: 'Lanes (worker threads that score) of the node.',
    schema: integer(1, 256),
  },
  maxBatch: {
    name: 'NEARSCORE_MAX_BATCH',
    default: '512',
    unit: 'records',
    meaning: 'Most records scored in one run of the model.',
    schema: integer(1, 65536),
  },
  lingerMs: {
    name: 'NEARSCORE_LINGER_MS',
    default: '0',
    unit: 'ms',
    meaning: 'How long a lane waits for a batch to fill: more costs latency and saves CPU.',
    schema: integer(0, 10_000),
  },
  restMs: {
    name: 'NEARSCORE_REST_MS',
    default: '200',
    unit: 'ms',
    meaning: 'How long at most a busy lane leaves a partition alone before it reads it again; 0 = never. Saves CPU.',
    schema: integer(0, 10_000),
  },
  checkpointIntervalMs: {
    name: 'NEARSCORE_CHECKPOINT_INTERVAL_MS',
    default: '1000',
    unit: 'ms',
    meaning:
      'How often the position in a journal is stored: what is read again after a crash. After less than 128 events: with ' +
      'the next renewal of the lease, which is every half of it.',
    schema: integer(10, 600_000),
  },
  leaseMs: {
    name: 'NEARSCORE_LEASE_MS',
    default: '4000',
    unit: 'ms',
    meaning: 'How long a lane may score a partition without renewing its lease; others take over after it.',
    schema: integer(1000, 600_000),
  },
  replayEvents: {
    name: 'NEARSCORE_REPLAY_EVENTS',
    default: '256',
    unit: 'events',
    meaning: 'How far before the checkpoint a lane begins to read a partition that it takes over.',
    schema: integer(1, 1_000_000),
  },
  auditIntervalMs: {
    name: 'NEARSCORE_AUDIT_INTERVAL_MS',
    default: '300000',
    unit: 'ms',
    meaning: 'How often records and predictions of a partition are compared; 0 = only after a suspicion.',
    schema: integer(0, 604_800_000),
  },
  watchdogMs: {
    name: 'NEARSCORE_WATCHDOG_MS',
    default: '10000',
    unit: 'ms',
    meaning: 'A node ends itself when one of its lanes has been stuck for so long, so that others take over.',
    schema: integer(1000, 3_600_000),
  },
  retryAttempts: {
    name: 'NEARSCORE_RETRY_ATTEMPTS',
    default: '5',
    unit: 'count',
    meaning: 'How often a record is tried in all before it is a dead letter; `5,fraud=10` for other counts by stream.',
    schema: perStream(1, 100),
  },
  retryDelayMs: {
    name: 'NEARSCORE_RETRY_DELAY_MS',
    default: '1000',
    unit: 'ms',
    meaning:
      'Time before a second attempt; it doubles from attempt to attempt, up to 10 minutes, less up to half by chance.',
    schema: integer(10, 600_000),
  },
  retrySweepMs: {
    name: 'NEARSCORE_RETRY_SWEEP_MS',
    default: '60000',
    unit: 'ms',
    meaning: 'How often parked records are compared with what is owed to them.',
    schema: integer(100, 3_600_000),
  },
} as const satisfies Record<string, Setting<unknown>>;

export interface NodeConfig {
  readonly grid: GridConfig;
  readonly logLevel: LogLevel;
  readonly http: { readonly host: string; readonly port: number };
  readonly nodeId: string;
  /** host:port or uuid of the member beside the node; undefined = find it by address. */
  readonly member: string | undefined;
  readonly lanes: number;
  /** records */
  readonly maxBatch: number;
  readonly lingerMs: number;
  /** 0 = never */
  readonly restMs: number;
  readonly checkpointIntervalMs: number;
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  /** events */
  readonly replayEvents: number;
  /** 0 = only after a suspicion */
  readonly auditIntervalMs: number;
  readonly watchdogMs: number;
  readonly redisUrl: string;
  readonly retries: {
    /** How often a record is tried in all, by stream. */
    readonly attempts: PerStream;
    readonly delayMs: number;
    readonly sweepMs: number;
  };
}

/** The configuration of an inference node, frozen. Throws ConfigError naming every variable that is wrong. */
export function loadNodeConfig(env: Environment = process.env): NodeConfig {
  const values = readSettings(NODE_SETTINGS, [tlsPairRule, leaseRule], env);
  const { logLevel, host, port, member, lanes, maxBatch, lingerMs, restMs, checkpointIntervalMs } = values;
  const { heartbeatMs, leaseMs, replayEvents, auditIntervalMs, watchdogMs, redisUrl } = values;
  const { retryAttempts: attempts, retryDelayMs: delayMs, retrySweepMs: sweepMs } = values;
  return Object.freeze({
    grid: gridConfigOf(values),
    http: Object.freeze({ host, port }),
    nodeId: values.nodeId ?? derivedNodeId(port),
    ...{ logLevel, member, lanes, maxBatch, lingerMs, restMs, checkpointIntervalMs },
    ...{ heartbeatMs, leaseMs, replayEvents, auditIntervalMs, watchdogMs, redisUrl },
    retries: Object.freeze({ attempts, delayMs, sweepMs }),
  });
}

/** Two heartbeats of silence, one until it is looked at, one to spare. */
const HEARTBEATS_PER_LEASE = 4;

/**
 * A dead node is known to be dead when its leases end. Were the heartbeat slower, its partitions would lie idle after
 * that, and the lease would promise a recovery that it does not decide.
 */
function leaseRule(env: Environment): ConfigIssue[] {
  const { leaseMs: lease, heartbeatMs: heartbeat } = NODE_SETTINGS;
  const leaseMs = valueOf(lease, env);
  const heartbeatMs = valueOf(heartbeat, env);
  if (leaseMs === undefined || heartbeatMs === undefined) return [];
  const leastMs = HEARTBEATS_PER_LEASE * heartbeatMs;
  if (leaseMs >= leastMs) return [];
  const message = `expected at least ${HEARTBEATS_PER_LEASE} times ${heartbeat.name} (${leastMs}), not "${leaseMs}"`;
  return [{ name: lease.name, message }];
}

// A port of 0 is the same for every node of the host, the process is not.
function derivedNodeId(port: number): string {
  return `${hostname().replace(/[^A-Za-z0-9._-]/g, '-')}-${port === 0 ? `pid${process.pid}` : port}`;
}
