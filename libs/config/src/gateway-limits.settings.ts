import { type Setting, type SettingValues } from './setting';
import { integer } from './setting-schemas';

const MIB = 1024 * 1024;

/** What a client may ask of the gateway at most; beyond it the request is refused and nothing else is disturbed. */
export const GATEWAY_LIMIT_SETTINGS = {
  maxBodyBytes: limit('BODY_BYTES', 8 * MIB, 'bytes', 'Body of a request, before and after decompression.', 1024 * MIB),
  maxModelBytes: limit('MODEL_BYTES', 512 * MIB, 'bytes', 'ONNX file of a model version.', 2048 * MIB),
  maxHeaderBytes: limit('HEADER_BYTES', 16 * 1024, 'bytes', 'All headers of a request together.', MIB),
  maxHeaders: limit('HEADERS', 100, 'count', 'Headers of a request.', 2000),
  maxJsonDepth: limit('JSON_DEPTH', 32, 'count', 'Nesting of a JSON body, counted before it is parsed.', 1000),
  maxObjectKeys: limit('OBJECT_KEYS', 4096, 'count', 'Keys of one JSON object.', 1_000_000),
  maxKeyBytes: limit('KEY_BYTES', 512, 'bytes', "A record's key in UTF-8.", 65_536),
  maxRecordsPerRequest: limit('RECORDS_PER_REQUEST', 4096, 'records', 'Records of one request.', 1_000_000),
  maxRequestsPerSocket: limit('REQUESTS_PER_SOCKET', 1000, 'count', 'Requests before a connection is closed.', 1e9),
  maxModelUploads: limit('MODEL_UPLOADS', 2, 'count', 'Model versions received at once; each is held in memory.', 100),
  maxBulkRequests: limit('BULK_REQUESTS', 16, 'count', 'Imports and exports at once; each holds some MiB.', 1000),
  maxListeners: limit('LISTENERS', 1000, 'count', 'Listeners to predictions (SSE) at a time.', 100_000),
  maxListenerBytes: limit(
    'LISTENER_BYTES',
    MIB,
    'bytes',
    'Sent to a listener and not taken by it: then it ends.',
    1024 * MIB,
  ),
  listenerHeartbeatMs: {
    name: 'NEARSCORE_LISTENER_HEARTBEAT_MS',
    default: '15000',
    unit: 'ms',
    meaning: 'How often a listener is sent a sign of life, and where it stands.',
    schema: integer(10, 3_600_000),
  },
  headersTimeoutMs: timeout('HEADERS', 10_000, 'From the connection until the last header.'),
  requestTimeoutMs: timeout(
    'REQUEST',
    30_000,
    'From the first byte until the last byte of the body; of an import: between two pieces.',
  ),
  handlerTimeoutMs: timeout('HANDLER', 30_000, 'From the whole request until its answer.'),
  keepAliveTimeoutMs: timeout('KEEP_ALIVE', 72_000, 'An idle connection is closed after it.'),
  bulkPatienceMs: timeout('BULK_PATIENCE', 300_000, 'An import or export that cannot go on for so long is aborted.'),
  rolloutTimeoutMs: timeout(
    'ROLLOUT',
    120_000,
    'How long nodes may take to prepare a version, and to apply it; then the rollout is aborted, or rolled back.',
  ),
  modelLoadTimeoutMs: timeout('MODEL_LOAD', 60_000, 'A model that is not examined within it is refused.'),
  modelRunTimeoutMs: timeout('MODEL_RUN', 5_000, 'One run of a model that is examined, on at most 512 rows.'),
} as const satisfies Record<string, Setting<number>>;

export type GatewayLimits = Readonly<SettingValues<typeof GATEWAY_LIMIT_SETTINGS>>;

function limit(name: string, preset: number, unit: string, meaning: string, ceiling: number): Setting<number> {
  return { name: `NEARSCORE_MAX_${name}`, default: String(preset), unit, meaning, schema: integer(1, ceiling) };
}

function timeout(name: string, preset: number, meaning: string): Setting<number> {
  const schema = integer(1, 3_600_000);
  return { name: `NEARSCORE_${name}_TIMEOUT_MS`, default: String(preset), unit: 'ms', meaning, schema };
}
