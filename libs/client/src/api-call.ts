import { type CallOptions, type HeaderSource } from './client.options';

interface ApiAddress extends CallOptions {
  /** From `/v1`, percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/** One call of a route that the client has no method for. */
export interface ApiCall extends ApiAddress {
  /** Default GET. */
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly headers?: HeaderSource;
  /** Text is sent as it is, as JSON unless `headers` say otherwise. */
  readonly body?: string | FormData;
  /** For one try, instead of the client's. */
  readonly timeoutMs?: number;
  /** false: one try alone, for what must not be asked for twice. Default true. */
  readonly retry?: boolean;
}

/** A listening to the events of a route. */
export interface EventCall extends ApiAddress {
  /** A connection without a byte for so long is dead. Default 45,000: three heartbeats. */
  readonly heartbeatTimeoutMs?: number;
}
