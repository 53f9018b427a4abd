export type FetchLike = typeof globalThis.fetch;
export type HeaderSource = Readonly<Record<string, string>>;

/** What is done about errors that may pass. Writes are repeated, too: the same record twice does no harm. */
export interface RetryOptions {
  /** Tries of one call altogether; 1 = never again. Default 4. */
  readonly maxTries?: number;
  /** Before the second try; doubled for each one after it, and shortened at random by up to a half. Default 200. */
  readonly minDelayMs?: number;
  /** The longest that the doubling comes to. Default 10,000. */
  readonly maxDelayMs?: number;
  /** A longer `Retry-After` of the gateway is not waited for: the call fails at once. Default 60,000. */
  readonly maxRetryAfterMs?: number;
}

export interface NearscoreClientOptions {
  /** Where a gateway listens, or a proxy before gateways; a path is kept: `https://example.com/nearscore`. */
  readonly baseUrl: string | URL;
  /** Default: the platform's. */
  readonly fetch?: FetchLike;
  /** Sent with every request; a function is asked before each try, so that tokens may be renewed. */
  readonly headers?: HeaderSource | (() => HeaderSource | Promise<HeaderSource>);
  readonly retry?: RetryOptions;
  /** For one try, from the request to the last byte of its answer. Default 30,000. */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  /** Ends the call, whatever it waits for; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
