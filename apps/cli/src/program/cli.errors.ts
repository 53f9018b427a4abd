import { type ImportFailure } from '@nearscore/client';
import { NearscoreError } from '@nearscore/errors';

/** The arguments do not go together; the message says how they would. */
export class UsageError extends NearscoreError {
  constructor(message: string) {
    super('CLI_USAGE', message);
  }
}

/** There is neither a record nor a prediction under the key. */
export class RecordAbsentError extends NearscoreError {
  constructor(stream: string, key: string) {
    super('CLI_RECORD_ABSENT', `Stream ${stream} has nothing under the key ${key}.`);
  }
}

/** Something did not come about in time. */
export class WaitTimeoutError extends NearscoreError {
  constructor(what: string, timeoutMs: number, last: string) {
    super('CLI_WAIT_TIMEOUT', `${what} took longer than ${timeoutMs / 1000} s (${last})`, { retriable: true });
  }
}

/** The gateway refused a record of the examples: something else is deployed to their stream. */
export class ExampleRefusedError extends NearscoreError {
  constructor(stream: string, { code, message }: Pick<ImportFailure, 'code' | 'message'>) {
    super('CLI_EXAMPLE_REFUSED', `A record of the example ${stream} was refused: ${message} (${code})`);
  }
}

/** A file that was named cannot be read; the message has the reason of the system. */
export class UnreadableFileError extends NearscoreError {
  constructor(path: string, cause: unknown) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    super('CLI_FILE_UNREADABLE', `${path} cannot be read (${reason})`, { cause });
  }
}
