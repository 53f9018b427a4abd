import { NearscoreError } from '@nearscore/errors';
import { GridUnavailableError } from '@nearscore/grid';
import { statusOf } from '../http/error-statuses';

/** What journals fail with when a member cannot be asked now is not for clients, who are told to come again. */
export function toGridError(error: unknown): unknown {
  if (!(error instanceof NearscoreError) || !error.retriable || statusOf(error.code) !== undefined) return error;
  return new GridUnavailableError('The journals cannot be asked now.', { cause: error });
}
