import { NearscoreError } from '@nearscore/errors';
import type { FastifyReply } from 'fastify';
import { statusOf } from './error-statuses';
import { InternalError } from './http.errors';

/** What every error of every route looks like on the wire. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>>;
    /** Whether the same request may succeed when sent again. */
    readonly retriable: boolean;
    /** Only on a write that may or may not have happened. */
    readonly outcome?: 'unknown';
  };
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

const OUTCOME_UNKNOWN = new Set(['WRITE_OUTCOME_UNKNOWN', 'HANDLER_TIMEOUT']);
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The answer for `error` to a request of `method`. An error without a status of its own is not shown. */
export function errorAnswer(error: NearscoreError, method: string): ErrorAnswer {
  const status = statusOf(error.code);
  if (status === undefined) return errorAnswer(new InternalError(error), method);
  const unknown = OUTCOME_UNKNOWN.has(error.code) && !READS.has(method);
  const { code, message, details, retriable } = error;
  return {
    status,
    headers: headersFor(error),
    body: { error: { code, message, details, retriable, ...(unknown && { outcome: 'unknown' as const }) } },
  };
}

function headersFor({ details }: NearscoreError): Record<string, string> {
  const { allowed, retryAfterSeconds } = details;
  return {
    'cache-control': 'no-store',
    ...(Array.isArray(allowed) && { allow: allowed.join(', ') }),
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
  };
}

export function sendAnswer(reply: Pick<FastifyReply, 'status' | 'headers' | 'send'>, answer: ErrorAnswer): void {
  void reply.status(answer.status).headers(answer.headers).send(answer.body);
}
