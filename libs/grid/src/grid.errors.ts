import { NearscoreError } from '@nearscore/errors';

/** No member of the cluster can be reached, or the cluster refuses this client. Nothing was written. */
export class GridUnavailableError extends NearscoreError {
  constructor(message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super('GRID_UNAVAILABLE', message, { retriable: true, ...options });
  }
}

/** A write was sent and its outcome is not known: it may be there or not. Writing the same again is safe. */
export class UnknownOutcomeError extends NearscoreError {
  constructor(map: string, operation: string, cause?: unknown) {
    super(
      'WRITE_OUTCOME_UNKNOWN',
      `The outcome of ${operation} on map ${map} is unknown: it may or may not have been written.`,
      {
        retriable: true,
        details: { map, operation, outcome: 'unknown' },
        cause,
      },
    );
  }
}

/** The grid answered that it will not do this operation. Nothing was written. */
export class GridOperationError extends NearscoreError {
  constructor(map: string, operation: string, reason: string, cause?: unknown) {
    super('GRID_OPERATION_FAILED', `${operation} on map ${map} failed: ${reason}`, {
      details: { map, operation },
      cause,
    });
  }
}

/** A stored value is not of the format that the map's reader expects. */
export class GridValueError extends NearscoreError {
  constructor(map: string, reason: string, cause?: unknown) {
    super('GRID_VALUE_UNREADABLE', `A value of map ${map} cannot be read: ${reason}`, { details: { map }, cause });
  }
}

/** A feature map is configured so that records could be lost or change without the scorer knowing. */
export class FeatureMapSettingsError extends NearscoreError {
  /** @param setting name of the member's setting, for example `event-journal` or `time-to-live-seconds` */
  constructor(map: string, setting: string, problem: string) {
    super('FEATURE_MAP_SETTINGS', `Map ${map}: setting ${setting} ${problem}`, { details: { map, setting } });
  }
}
