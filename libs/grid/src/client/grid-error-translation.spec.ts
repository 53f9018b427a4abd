import * as hazelcast from 'hazelcast-client';
import { GridUnavailableError } from '../grid.errors';
import { type GridCall, OperationDeadlineError, toGridError } from './grid-error-translation';

const call = (kind: GridCall['kind']): GridCall => ({ map: 'features.a', operation: 'set', kind });
const codeOf = (kind: GridCall['kind'], error: unknown): string => toGridError(call(kind), error).code;

/** As ErrorFactory of the client makes it from a member's answer. */
const answered = <E>(type: new (message: string, cause?: Error, stack?: []) => E): E => new type('no', undefined, []);

const LOST = [
  new hazelcast.TargetDisconnectedError('closed'),
  new hazelcast.IOError('closed'),
  new hazelcast.ClientOfflineError(),
  new hazelcast.ClientNotActiveError('shut down'),
  new hazelcast.OperationTimeoutError('deadline'),
  new hazelcast.IndeterminateOperationStateError('missed backup acks'),
  new OperationDeadlineError('no answer within 1 ms'),
  answered(hazelcast.OperationTimeoutError),
  answered(hazelcast.MemberLeftError),
  answered(hazelcast.HazelcastInstanceNotActiveError),
  answered(hazelcast.UndefinedErrorCodeError),
  answered(hazelcast.HazelcastSerializationError),
  'thrown text',
];

const LOCAL = [
  new TypeError('null value'),
  new RangeError('too large'),
  new hazelcast.HazelcastSerializationError('no'),
];

const REFUSED = [
  hazelcast.IllegalArgumentError,
  hazelcast.ReachedMaxSizeError,
  hazelcast.SplitBrainProtectionError,
  hazelcast.UnsupportedOperationError,
].map(answered);

describe('toGridError', () => {
  it.each(LOST)('calls a write unknown and a read failed on %s', (error) => {
    expect(codeOf('write', error)).toBe('WRITE_OUTCOME_UNKNOWN');
    expect(codeOf('write-many', error)).toBe('WRITE_OUTCOME_UNKNOWN');
    expect(toGridError(call('read'), error).code).toMatch(/^GRID_(UNAVAILABLE|VALUE_UNREADABLE)$/);
  });

  it.each(LOCAL)('calls a write not done when nothing was sent (%s)', (error) => {
    expect(codeOf('write', error)).toBe('GRID_OPERATION_FAILED');
    expect(codeOf('write-many', error)).toBe('GRID_OPERATION_FAILED');
  });

  it.each(REFUSED)('calls a write of one entry not done when the member refused it, of many unknown (%s)', (error) => {
    expect(codeOf('write', error)).toBe('GRID_OPERATION_FAILED');
    expect(codeOf('write-many', error)).toBe('WRITE_OUTCOME_UNKNOWN');
    expect(codeOf('read', error)).toBe('GRID_OPERATION_FAILED');
  });

  it('calls a stored value unreadable when it cannot be deserialized', () => {
    expect(codeOf('read', new hazelcast.HazelcastSerializationError('no schema'))).toBe('GRID_VALUE_UNREADABLE');
  });

  it('keeps the cause, and errors that are ours', () => {
    const cause = new hazelcast.TargetDisconnectedError('closed');
    expect(toGridError(call('write'), cause).cause).toBe(cause);
    const ours = new GridUnavailableError('no member');
    expect(toGridError(call('write'), ours)).toBe(ours);
  });
});
