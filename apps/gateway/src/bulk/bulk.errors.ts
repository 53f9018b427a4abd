import { NearscoreError } from '@nearscore/errors';

/** One line of an import is larger than a record may be; the lines behind it go on. */
export class LineTooLongError extends NearscoreError {
  constructor(maxBytes: number) {
    super('LINE_TOO_LONG', `The line is longer than ${maxBytes} bytes.`, { details: { maxBytes } });
  }
}

/** A row that is not CSV (RFC 4180), or has not a value for each column. */
export class CsvRowMalformedError extends NearscoreError {
  constructor(message: string) {
    super('CSV_ROW_MALFORMED', message);
  }
}

export interface CsvHeaderIssues {
  readonly unknown: readonly string[];
  readonly missing: readonly string[];
  readonly repeated: readonly string[];
}

/** The columns are not the key and the fields of the stream; nothing was written. */
export class CsvHeaderInvalidError extends NearscoreError {
  constructor(message: string, issues: Partial<CsvHeaderIssues> = {}) {
    super('CSV_HEADER_INVALID', message, { details: { ...issues } });
  }
}

/** The stream's records have other fields than when the import began: the rest has to be checked against them. */
export class StreamChangedError extends NearscoreError {
  constructor(stream: string) {
    super('STREAM_CHANGED', `Stream ${stream} has got other fields meanwhile.`, {
      retriable: true,
      details: { stream },
    });
  }
}

/** The client does not take the answer while it sends, or takes an export too slowly. */
export class SlowReaderError extends NearscoreError {
  constructor() {
    super('SLOW_READER', 'The answer was not read in time.', { retriable: true });
  }
}

export class TooManyBulkRequestsError extends NearscoreError {
  constructor(retryAfterSeconds: number) {
    super('TOO_MANY_BULK_REQUESTS', 'Other imports and exports are under way; try again later.', {
      retriable: true,
      details: { retryAfterSeconds },
    });
  }
}

/** A cursor that this gateway did not make, or one of another stream, map or grid. */
export class CursorInvalidError extends NearscoreError {
  constructor(message: string) {
    super('CURSOR_INVALID', message);
  }
}

/** What an import ended with, for a client that asked for no lines: where it stands, beside the error itself. */
export class ImportAbortedError extends NearscoreError {
  constructor(cause: NearscoreError, progress: Readonly<Record<string, unknown>>) {
    const { code, message, retriable, details } = cause;
    super(code, message, { retriable, details: { ...details, ...progress }, cause });
  }
}
