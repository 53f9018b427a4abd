/** TLS towards the members; all values are PEM text. The open-source member itself speaks no TLS: see docs/operations. */
export interface GridTlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name expected in the member's certificate when it is not the host that is connected to. */
  readonly serverName?: string;
}

/** Receives what the grid client has to say. A pino logger fits as it is. */
export interface GridLogger {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/**
 * A Compact serializer in the form that hazelcast-client expects, with the client's own CompactReader and CompactWriter.
 * Structural, so that a lib without the client can provide one.
 */
export interface CompactSerializerLike {
  getClass(): abstract new (...args: never[]) => object;
  getTypeName(): string;
  read(reader: never): object;
  write(writer: never, instance: never): void;
}

export interface GridOptions {
  /** `host:port` of some members; the others are found from there. */
  readonly members: readonly string[];
  readonly clusterName: string;
  /** Shown in the member's client list and logs. */
  readonly clientName: string;
  /** How long the first connect may take, in ms. -1: forever. Default 30,000. A lost connection is always retried forever. */
  readonly connectTimeoutMs?: number;
  /** How long one operation may take, in ms, before a write counts as unknown and a read as failed. Default 20,000. */
  readonly operationTimeoutMs?: number;
  readonly tls?: GridTlsOptions;
  /** Serializers of the types read by `objectMap`. */
  readonly compactSerializers?: readonly CompactSerializerLike[];
  /** Default: silence. */
  readonly logger?: GridLogger;
  /** Connect to every member and send each operation to its owner. Default true. */
  readonly smartRouting?: boolean;
}
