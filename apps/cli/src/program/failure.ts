import {
  NearscoreApiError,
  NearscoreConnectionError,
  NearscoreError as ClientError,
  NearscoreTimeoutError,
} from '@nearscore/client';
import { ConfigError } from '@nearscore/config';
import { messageOf, NearscoreError } from '@nearscore/errors';
import { ProcessStartError } from '@nearscore/local-cluster';
import { cell, visible } from '../output/text';
import { adviceFor } from './advice';
import { RecordAbsentError, UsageError } from './cli.errors';
import { EXIT, type ExitCode } from './exit-codes';

/** What went wrong, of whatever was thrown: never a stack. */
export interface Failure {
  /** null: a fault that nobody foresaw. */
  readonly code: string | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retriable: boolean;
  /** What a person may do about it; null: the message says all. */
  readonly advice: string | null;
  /** What the gateway's log has for it. */
  readonly requestId: string | null;
}

export function failureOf(error: unknown): Failure {
  const known = error instanceof ClientError || error instanceof NearscoreError ? error : undefined;
  const details = known && 'details' in known ? (known.details as Failure['details']) : {};
  return {
    code: known?.code ?? null,
    message: messageOf(error),
    details,
    retriable: known?.retriable ?? false,
    advice: known ? adviceFor(known.code) : null,
    requestId: (error instanceof NearscoreApiError && error.requestId) || null,
  };
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof NearscoreConnectionError || error instanceof NearscoreTimeoutError) return EXIT.unreachable;
  if (error instanceof RecordAbsentError) return EXIT.notFound;
  if (error instanceof NearscoreApiError && error.status === 404) return EXIT.notFound;
  return EXIT.failed;
}

/** Lines for a person. */
export function failureLines(error: unknown): string[] {
  const { code, message, details, advice, requestId } = failureOf(error);
  const issues = issueLines(details);
  const coded = code === null ? '' : ` (${code})`;
  // The message of many faults is all of them in one line.
  const lines = issues.length > 0 ? [`Failed${coded}:`, ...issues] : [`Failed: ${visible(message)}${coded}`];
  if (code === 'INTERNAL_ERROR') lines.push(`  request ${requestId ?? 'unknown'}`);
  if (advice !== null) lines.push(`  ${advice}`);
  if (error instanceof ProcessStartError && error.logTail !== '') lines.push('', error.logTail.replace(/^/gm, '  | '));
  return lines;
}

/** The faults of a record, a model's config or the environment: by item, field, path or variable. */
function issueLines({ issues }: Failure['details']): string[] {
  if (!Array.isArray(issues)) return [];
  return issues.map(({ index, field, path, name, message }: Readonly<Record<string, unknown>>) => {
    const place = [index, field ?? path ?? name].filter((part) => part !== undefined && part !== '');
    return `  ${[...place, message].map(cell).join(': ')}`;
  });
}
