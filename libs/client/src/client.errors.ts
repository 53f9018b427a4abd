/** The base of everything that this client throws on purpose. Your own abort reasons are thrown as they are. */
export class NearscoreError extends Error {
  /** Stable, unlike the message: those of the gateway, and those of this file. docs/errors.md lists all. */
  readonly code: string;
  /** Whether the same call may succeed when it is made again unchanged. The client has tried already. */
  readonly retriable: boolean;

  constructor(code: string, message: string, options: { retriable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

export interface ApiErrorFields {
  readonly code: string;
  readonly message: string;
  readonly retriable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly outcome?: 'unknown';
}

/** The gateway said no. */
export class NearscoreApiError extends NearscoreError {
  /** Field names, limits, identifiers; never a record's values. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Only on a write that may or may not have happened: writing the same again is safe. */
  readonly outcome: 'unknown' | undefined;

  constructor(
    error: ApiErrorFields,
    /** HTTP status; 200 when the answer had begun already. */
    readonly status: number,
    /** What the gateway's log has for it. */
    readonly requestId?: string,
    /** The gateway's `Retry-After`. */
    readonly retryAfterMs?: number,
  ) {
    super(error.code, error.message, { retriable: error.retriable });
    this.details = error.details;
    this.outcome = error.outcome;
  }
}

/** No answer, or half of one: refused, reset, no network, no such host; in browsers CORS, too. */
export class NearscoreConnectionError extends NearscoreError {
  constructor(message: string, cause?: unknown) {
    super('CONNECTION_FAILED', message, { retriable: true, cause });
  }
}

/** Nothing came within the time that the call allows. A write may have happened. */
export class NearscoreTimeoutError extends NearscoreError {
  constructor(readonly timeoutMs: number) {
    super('TIMEOUT', `The gateway said nothing for ${timeoutMs} ms.`, { retriable: true });
  }
}

const PASSING = new Set([408, 425, 429, 502, 503, 504]);

/** An answer that no gateway gives: mostly that of a proxy before it, or `baseUrl` points elsewhere. */
export class UnexpectedAnswerError extends NearscoreError {
  constructor(
    message: string,
    /** HTTP status */
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super('UNEXPECTED_ANSWER', message, { retriable: PASSING.has(status) });
  }
}

/** The record is written, but its prediction did not come within `waitMs`. It will: listen, or ask for it later. */
export class PredictionPendingError extends NearscoreError {
  constructor(
    readonly key: string,
    readonly partition: number,
    readonly waitMs: number,
  ) {
    super('PREDICTION_PENDING', `The record is written, but not scored within ${waitMs} ms.`, { retriable: true });
  }
}

/** `putMany` could not go on. Records up to and including number `resumeAfter` are dealt with: `skip` that many. */
export class ImportAbortedError extends NearscoreError {
  /** Number of the last record that is written or told as failed; 0: none. */
  readonly resumeAfter: number;
  readonly written: number;
  readonly failed: number;

  constructor(progress: { record: number; written: number; failed: number }, cause: NearscoreError) {
    const message = `The import ended after record ${progress.record}: ${cause.message}`;
    super('IMPORT_ABORTED', message, { retriable: cause.retriable, cause });
    this.resumeAfter = progress.record;
    this.written = progress.written;
    this.failed = progress.failed;
  }
}

/** A key that no URL can carry: empty, `.`, `..`, or with a lone surrogate. */
export class InvalidKeyError extends NearscoreError {
  constructor(key: string) {
    super('KEY_NOT_ADDRESSABLE', `No URL can carry the key ${JSON.stringify(key)}.`);
  }
}
