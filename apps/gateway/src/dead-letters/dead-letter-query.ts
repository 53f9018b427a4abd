import { PARKED_STATES, type ParkedQuery, type ParkedState } from '@nearscore/registry';
import { parseWholeNumber } from '../http/whole-number';
import { DeadLetterQueryError } from './dead-letter.errors';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

export type QueryParameters = Readonly<Record<string, unknown>>;

export type DeadLetterQuery = ParkedQuery & { readonly stream: string };

/**
 * `state`, `reason`, `limit` (1 to 1,000) and `cursor`; a parameter that is not there filters nothing.
 * @param stream the cursor's, too
 */
export function parseDeadLetterQuery(stream: string, query: QueryParameters): DeadLetterQuery {
  return {
    stream,
    state: parseState(query.state),
    reason: parseReason(query.reason),
    limit: parseLimit(query.limit),
    after: parseCursor(stream, query.cursor),
  };
}

/** @param key of the last entry that was given */
export function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function parseState(value: unknown): ParkedState | undefined {
  if (value === undefined) return undefined;
  const state = PARKED_STATES.find((known) => known === value);
  if (state === undefined) throw new DeadLetterQueryError('state', PARKED_STATES.join(' or '));
  return state;
}

function parseReason(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^[A-Z][A-Z0-9_]{0,63}$/.test(value)) {
    throw new DeadLetterQueryError('reason', 'a code like MODEL_RUN_FAILED');
  }
  return value;
}

function parseLimit(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = parseWholeNumber(value, MAX_LIMIT);
  if (limit === undefined) throw new DeadLetterQueryError('limit', `a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

function parseCursor(stream: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const key = typeof value === 'string' ? Buffer.from(value, 'base64url').toString() : '';
  if (cursorOf(key) !== value || !key.startsWith(`${stream}/`)) {
    throw new DeadLetterQueryError('cursor', "the cursor of a page of this stream's");
  }
  return key;
}
