import { NearscoreError } from '@nearscore/errors';

/** No `@EventPattern` of the app matches a map that it was told to follow. */
export class NoHandlerError extends NearscoreError {
  constructor(pattern: string) {
    super('NO_EVENT_HANDLER', `No @EventPattern handler matches ${pattern}`, { details: { pattern } });
  }
}

/** An `@EventPattern` of the app names no map that can be followed. */
export class PatternRefusedError extends NearscoreError {
  constructor(pattern: string, reason: string) {
    super('EVENT_PATTERN_REFUSED', `@EventPattern ${pattern}: ${reason}`, { details: { pattern, reason } });
  }
}

/** What was to be put is no record: nothing of it was sent. */
export class RecordRefusedError extends NearscoreError {
  constructor(reason: string) {
    super('RECORD_REFUSED', `This cannot be put: ${reason}`, { details: { reason } });
  }
}
