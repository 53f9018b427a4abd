import { type ConnectionOptions } from 'node:tls';
import {
  type ClientConfig,
  type CompactSerializer,
  type ILogger,
  JsonStringDeserializationPolicy,
  type LifecycleState,
  ReconnectMode,
  type SSLConfig,
} from 'hazelcast-client';
import { type GridOptions, type GridTlsOptions } from '../grid.options';
import { WIRE_DEFAULTS, type WireConnectionOptions } from '../wire/wire-connection';

const HEARTBEAT_INTERVAL_MS = 2_000;
/** A host that vanished without closing its connections is noticed after this. */
const HEARTBEAT_TIMEOUT_MS = 20_000;
const RETRY_PAUSE_MS = 250;
/** How often the client looks for calls whose connection is gone: by its default of 100 ms, every fourth time that an idle node woke. */
const DEAD_CALLS_INTERVAL_MS = 250;
const MAX_RECONNECT_PAUSE_MS = 1_000;
export const DEFAULT_OPERATION_TIMEOUT_MS = 20_000;

export interface ClientHooks {
  readonly log: ILogger;
  onLifecycle(state: LifecycleState): void;
}

export function toClientConfig(options: GridOptions, hooks: ClientHooks): ClientConfig {
  return {
    clusterName: options.clusterName,
    instanceName: options.clientName,
    customLogger: hooks.log,
    lifecycleListeners: [(state) => hooks.onLifecycle(state)],
    metrics: { enabled: false },
    network: {
      clusterMembers: [...options.members],
      // A write whose answer was lost must not be sent again behind the caller's back: it is reported as unknown.
      redoOperation: false,
      smartRouting: options.smartRouting ?? true,
      ssl: toSslConfig(options.tls),
    },
    connectionStrategy: {
      // Without a connection operations fail at once instead of waiting unseen.
      reconnectMode: ReconnectMode.ASYNC,
      connectionRetry: {
        initialBackoffMillis: 100,
        maxBackoffMillis: MAX_RECONNECT_PAUSE_MS,
        multiplier: 1.5,
        jitter: 0.2,
        clusterConnectTimeoutMillis: -1,
      },
    },
    serialization: {
      compact: { serializers: serializersOf(options) },
      // JSON is parsed where its errors can be told, and its text is needed for compare-and-set.
      jsonStringDeserializationPolicy: JsonStringDeserializationPolicy.NO_DESERIALIZATION,
    },
    properties: propertiesOf(options),
  };
}

function propertiesOf(options: GridOptions): Record<string, string | number | boolean> {
  return {
    // A backup that did not answer makes the write fail as indeterminate instead of passing for done.
    'hazelcast.client.operation.fail.on.indeterminate.state': true,
    // A backup that died is not waited for much longer than its death takes to tell.
    'hazelcast.client.operation.backup.timeout.millis': 1_000,
    'hazelcast.client.invocation.timeout.millis': options.operationTimeoutMs ?? DEFAULT_OPERATION_TIMEOUT_MS,
    'hazelcast.client.invocation.retry.pause.millis': RETRY_PAUSE_MS,
    'hazelcast.client.heartbeat.interval': HEARTBEAT_INTERVAL_MS,
    'hazelcast.client.heartbeat.timeout': HEARTBEAT_TIMEOUT_MS,
    'hazelcast.client.internal.clean.resources.millis': DEAD_CALLS_INTERVAL_MS,
  };
}

/** The structural serializers get the client's own readers and writers, whose types their libs cannot name. */
function serializersOf(options: GridOptions): CompactSerializer<object>[] {
  return [...(options.compactSerializers ?? [])] as unknown as CompactSerializer<object>[];
}

function toSslConfig(tls: GridTlsOptions | undefined): SSLConfig {
  return tls === undefined ? { enabled: false } : { enabled: true, sslOptions: toTlsOptions(tls) };
}

export function toTlsOptions(tls: GridTlsOptions | undefined): ConnectionOptions | undefined {
  if (tls === undefined) return undefined;
  const { serverName, ...pem } = tls;
  return { ...pem, ...(serverName === undefined ? {} : { servername: serverName }), rejectUnauthorized: true };
}

/** For a connection of our own beside the client's. */
export function toWireOptions(
  { clusterName, clientName, tls }: GridOptions,
  { host, port }: { host: string; port: number },
): WireConnectionOptions {
  return { ...WIRE_DEFAULTS, host, port, clusterName, clientName, tls: toTlsOptions(tls) };
}
