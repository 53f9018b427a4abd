import { hostname } from 'node:os';
import { type GridTlsOptions } from '../grid.options';
import { type ConsumerStart } from './consumed-journal';
import { ConsumerOptionsError } from './consumer.errors';

export interface ConsumerOptions {
  /** Consumers of one group share the partitions, and its positions survive them. `^[a-z0-9][a-z0-9._-]{0,63}$` */
  readonly group: string;
  /** The maps to consume; they need an event journal. The same for all consumers of a group. */
  readonly maps: readonly string[];
  /** Shown in leases and in the members' client lists. Default: host name and process id. */
  readonly name?: string;
  /** Most events in one batch. Default 500. */
  readonly maxBatch?: number;
  /** How long the first event of a batch waits for more, in ms. Default 0: what is ready is handed over. */
  readonly lingerMs?: number;
  /**
   * How long the partitions of a consumer that died stay with it, in ms. A handler that blocks the event loop for longer loses
   * them. Default 4,000.
   */
  readonly leaseMs?: number;
  /** How often a consumer shows that it lives, in ms: after two missed ones others wait for its leases. Default 1,000. */
  readonly heartbeatMs?: number;
  /** Longest time between a handled batch and its stored position, in ms: so much comes again after a crash. Default 500. */
  readonly checkpointIntervalMs?: number;
  /** How many of a partition's last events are compared after a failover, and come again where they differ. Default 256. */
  readonly replayEvents?: number;
  /**
   * Where a group without a position begins (Kafka's `auto.offset.reset`). Default `oldest`: with what the journal still holds,
   * so that at least once holds from the first event on. `newest`: with what comes from now on; a group that dies before its
   * first position is stored begins with what is newest then.
   */
  readonly startFrom?: ConsumerStart;
  readonly tls?: GridTlsOptions;
}

export type ResolvedConsumerOptions = Required<Omit<ConsumerOptions, 'tls'>>;

type NumberOption = {
  [K in keyof ResolvedConsumerOptions]: ResolvedConsumerOptions[K] extends number ? K : never;
}[keyof ResolvedConsumerOptions];

const GROUP_RULE = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const LEAST: Readonly<Record<NumberOption, number>> = {
  ...{ maxBatch: 1, lingerMs: 0, checkpointIntervalMs: 10, replayEvents: 1 },
  ...{ leaseMs: 500, heartbeatMs: 50 },
};

/** With defaults. @throws ConsumerOptionsError naming every option that is wrong */
export function resolveConsumerOptions({ tls: _, ...given }: ConsumerOptions): ResolvedConsumerOptions {
  const options: ResolvedConsumerOptions = {
    ...{ maxBatch: 500, lingerMs: 0, leaseMs: 4_000, heartbeatMs: 1_000 },
    ...{ checkpointIntervalMs: 500, replayEvents: 256, startFrom: 'oldest' },
    ...{ name: `${hostname()}-${process.pid}` },
    ...withoutUndefined(given),
  };
  const issues = issuesOf(options);
  if (Object.keys(issues).length > 0) throw new ConsumerOptionsError(issues);
  return options;
}

function issuesOf(options: ResolvedConsumerOptions): Record<string, string> {
  const issues: Record<string, string> = {};
  if (!GROUP_RULE.test(options.group)) issues.group = `expected ${GROUP_RULE.source}`;
  if (options.maps.length === 0 || options.maps.includes('')) issues.maps = 'expected names of maps';
  if (!['oldest', 'newest'].includes(options.startFrom)) issues.startFrom = 'expected oldest or newest';
  for (const [option, least] of Object.entries(LEAST) as [NumberOption, number][]) {
    const value = options[option];
    if (!Number.isSafeInteger(value) || value < least) issues[option] = `expected a whole number from ${least}`;
  }
  return issues;
}

function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
