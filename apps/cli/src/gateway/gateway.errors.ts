import { NearscoreError } from '@nearscore/errors';

/** An answer of the gateway other than success; `code`, `message` and `details` are the gateway's own. */
export class GatewayAnswerError extends NearscoreError {
  constructor(
    readonly status: number,
    error: { code?: string; message?: string; details?: Readonly<Record<string, unknown>>; retriable?: boolean },
  ) {
    const { code = `HTTP_${status}`, message = `the gateway answered ${status}`, details, retriable } = error;
    super(code, message, { details, retriable });
  }
}

/** Something did not come about in time. */
export class WaitTimeoutError extends NearscoreError {
  constructor(what: string, timeoutMs: number, last: string) {
    super('CLI_WAIT_TIMEOUT', `${what} took longer than ${timeoutMs / 1000} s (${last})`, { retriable: true });
  }
}
