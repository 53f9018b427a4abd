import { NearscoreError } from '@nearscore/errors';
import { GridUnavailableError } from '@nearscore/grid';
import { statusOf } from './error-statuses';
import { InternalError } from './http.errors';

/**
 * What a client is told in the last line of an answer that had begun: as in any other answer, only codes that have a
 * status.
 */
export function shownError(thrown: unknown): NearscoreError {
  if (!(thrown instanceof NearscoreError)) return new InternalError(thrown);
  if (statusOf(thrown.code) !== undefined) return thrown;
  if (thrown.retriable) return new GridUnavailableError('The grid cannot be asked now.', { cause: thrown });
  return new InternalError(thrown);
}
