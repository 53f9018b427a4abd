export interface NearscoreErrorOptions {
  /** Whether the same call may succeed when tried again unchanged. Default false. */
  retriable?: boolean;
  /** What was wrong, in data: field names, limits, identifiers. Never record values or secrets. */
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/**
 * The base of every error that Nearscore raises on purpose. `code` is stable and documented in docs/errors.md;
 * transports map codes to their own statuses in one table per app.
 */
export class NearscoreError extends Error {
  readonly code: string;
  readonly retriable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: NearscoreErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = options.retriable ?? false;
    this.details = Object.freeze({ ...options.details });
  }
}

/** The message of anything that was thrown, Error or not. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
