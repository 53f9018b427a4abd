import { GATEWAY_LIMIT_SETTINGS, type GatewayLimits } from './gateway-limits.settings';
import { CLUSTER_SETTINGS, type GridConfig, gridConfigOf, type LogLevel, tlsPairRule } from './grid.settings';
import { type Environment, readSettings, type Setting } from './setting';
import { integer, oneOf, origins, text } from './setting-schemas';

export const GATEWAY_SETTINGS = {
  ...CLUSTER_SETTINGS,
  host: {
    name: 'NEARSCORE_GATEWAY_HOST',
    default: '127.0.0.1',
    unit: '',
    meaning: 'Address on which the gateway listens.',
    schema: text(/^\S+$/, 'an address'),
  },
  port: {
    name: 'NEARSCORE_GATEWAY_PORT',
    default: '8000',
    unit: 'port',
    meaning: 'HTTP port of the gateway; 0 = any free one.',
    schema: integer(0, 65535),
  },
  corsOrigins: {
    name: 'NEARSCORE_CORS_ORIGINS',
    default: '',
    unit: 'origin, …',
    meaning: 'Origins whose pages may call the gateway from a browser, as `https://app.example.com`; none = no page.',
    schema: origins,
  },
  maxUnscoredAgeSeconds: {
    name: 'NEARSCORE_MAX_UNSCORED_AGE_SECONDS',
    default: '10',
    unit: 's',
    meaning: 'Records are refused (429) while an older one of their stream waits for its prediction; 0 = never.',
    schema: integer(0, 86_400),
  },
  modelRetention: {
    name: 'NEARSCORE_MODEL_RETENTION',
    default: '10',
    unit: 'versions',
    meaning: 'So many versions of each model, those admitted last, are kept beside those that streams need; 0 = all.',
    schema: integer(0, 10_000),
  },
  adminQueues: {
    name: 'NEARSCORE_ADMIN_QUEUES',
    default: 'on',
    unit: '',
    meaning: 'Whether `/admin/queues` shows the queues, to be looked at only: on or off.',
    schema: oneOf('on', 'off'),
  },
  ...GATEWAY_LIMIT_SETTINGS,
} as const satisfies Record<string, Setting<unknown>>;

export interface GatewayConfig {
  readonly grid: GridConfig;
  readonly logLevel: LogLevel;
  readonly redisUrl: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly corsOrigins: readonly string[];
  readonly limits: GatewayLimits;
  readonly heartbeatMs: number;
  /** For streams whose deployment says nothing; 0 = never refuse. */
  readonly maxUnscoredAgeSeconds: number;
  /** versions of each model; 0 = all */
  readonly modelRetention: number;
  /** Whether the queues are shown. */
  readonly adminQueues: boolean;
}

/** The configuration of a gateway, frozen. Throws ConfigError naming every variable that is wrong. */
export function loadGatewayConfig(env: Environment = process.env): GatewayConfig {
  const values = readSettings(GATEWAY_SETTINGS, [tlsPairRule], env);
  const limitNames = Object.keys(GATEWAY_LIMIT_SETTINGS) as (keyof GatewayLimits)[];
  const limits = Object.fromEntries(limitNames.map((name) => [name, values[name]])) as GatewayLimits;
  return Object.freeze({
    grid: gridConfigOf(values),
    logLevel: values.logLevel,
    redisUrl: values.redisUrl,
    http: Object.freeze({ host: values.host, port: values.port }),
    corsOrigins: values.corsOrigins,
    limits: Object.freeze(limits),
    heartbeatMs: values.heartbeatMs,
    maxUnscoredAgeSeconds: values.maxUnscoredAgeSeconds,
    modelRetention: values.modelRetention,
    adminQueues: values.adminQueues === 'on',
  });
}
