import {
  ClassCastError,
  HazelcastError,
  HazelcastSerializationError,
  IllegalArgumentError,
  QueryError,
  ReachedMaxSizeError,
  SplitBrainProtectionError,
  UnsupportedOperationError,
} from 'hazelcast-client';
import { messageOf, NearscoreError } from '@nearscore/errors';
import { GridOperationError, GridUnavailableError, GridValueError, UnknownOutcomeError } from '../grid.errors';

/** What was called; `many`: on several entries, of which some may be done when others fail. */
export interface GridCall {
  readonly map: string;
  readonly operation: string;
  readonly kind: 'read' | 'write' | 'write-many';
}

/** Our own limit of an operation's time ran out. */
export class OperationDeadlineError extends Error {}

/** A member checks these before it changes anything. */
const REFUSALS = [
  IllegalArgumentError,
  ReachedMaxSizeError,
  SplitBrainProtectionError,
  UnsupportedOperationError,
  ClassCastError,
];

/**
 * The one place that turns what the client throws into our errors. A write counts as unknown unless it is proven that
 * nothing was written: connections die, deadlines pass and members leave after a request was sent.
 */
export function toGridError(call: GridCall, error: unknown): NearscoreError {
  if (error instanceof NearscoreError) return error;
  return call.kind === 'read' ? toReadError(call, error) : toWriteError(call, error);
}

function toWriteError(call: GridCall, error: unknown): NearscoreError {
  const { map, operation } = call;
  const nothingWritten = isLocal(error) || (call.kind === 'write' && isRefusal(error));
  if (nothingWritten) return new GridOperationError(map, operation, messageOf(error), error);
  return new UnknownOutcomeError(map, operation, error);
}

function toReadError(call: GridCall, error: unknown): NearscoreError {
  const { map, operation } = call;
  if (error instanceof HazelcastSerializationError) return new GridValueError(map, error.message, error);
  if (isLocal(error) || isRefusal(error) || error instanceof QueryError)
    return new GridOperationError(map, operation, messageOf(error), error);
  return new GridUnavailableError(`${operation} on map ${map} failed: ${messageOf(error)}`, {
    cause: error,
    details: { map, operation },
  });
}

/** Thrown by the client's own checks and serializers, before anything was sent. */
function isLocal(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof HazelcastSerializationError && !isAnswer(error);
}

function isRefusal(error: unknown): boolean {
  return error instanceof HazelcastError && isAnswer(error) && REFUSALS.some((refusal) => error instanceof refusal);
}

/** Only errors that a member sent carry the member's stack. */
function isAnswer(error: HazelcastError): boolean {
  return error.serverStackTrace !== undefined;
}
