import { NearscoreError } from '@nearscore/errors';

export class InvalidKeyError extends NearscoreError {
  constructor(message: string) {
    super('INVALID_KEY', message);
  }
}

export class RecordNotFoundError extends NearscoreError {
  constructor(stream: string, partition: number) {
    super('RECORD_NOT_FOUND', `Stream ${stream} has no record under this key.`, { details: { stream, partition } });
  }
}

/** One fault of one item; `field` is `key`, `value`, `value.<field>`, or empty for the item itself. */
export interface RecordItemIssue {
  readonly index: number;
  readonly field: string;
  readonly message: string;
}

/** Some items of a request are not records of the stream; none of the request was written. */
export class RecordsInvalidError extends NearscoreError {
  constructor(issues: readonly RecordItemIssue[], faultyRecords: number) {
    super('RECORDS_INVALID', `${faultyRecords} of the records are not valid; none was written.`, {
      details: { faultyRecords, issues },
    });
  }
}

export class TooManyRecordsError extends NearscoreError {
  constructor(maxRecords: number) {
    super('TOO_MANY_RECORDS', `A request may carry ${maxRecords} records; none was written.`, {
      details: { maxRecords },
    });
  }
}
