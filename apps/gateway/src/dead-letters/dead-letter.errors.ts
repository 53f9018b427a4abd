import { NearscoreError } from '@nearscore/errors';

export class DeadLetterNotFoundError extends NearscoreError {
  constructor(stream: string) {
    super('DEAD_LETTER_NOT_FOUND', `Stream ${stream} has no parked record under this key.`, { details: { stream } });
  }
}

/** A query parameter of the listing or the replay is not one of those it may be. */
export class DeadLetterQueryError extends NearscoreError {
  constructor(parameter: string, expected: string) {
    super('DEAD_LETTER_QUERY_INVALID', `${parameter}: expected ${expected}.`, { details: { parameter } });
  }
}
