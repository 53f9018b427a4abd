/** Each is explained in docs/record-formats.md. */
export const RECORD_FAILURE_CODES = [
  'MISSING_FIELD',
  'NOT_A_NUMBER',
  'OUT_OF_RANGE',
  'WRONG_KIND',
  'WRONG_LENGTH',
  'UNKNOWN_CATEGORY',
  'UNSUPPORTED_FORMAT',
  'MALFORMED',
  'UNUSABLE_OUTPUT',
] as const;

export type RecordFailureCode = (typeof RECORD_FAILURE_CODES)[number];

/** Why one record has no prediction. Never holds a value of the record. */
export interface RecordFailure {
  readonly kind: 'failure';
  readonly code: RecordFailureCode;
  /** The field's name, with an index for an array's element. */
  readonly field?: string;
  readonly message: string;
}

export function recordFailure(code: RecordFailureCode, message: string, field?: string): RecordFailure {
  return field === undefined ? { kind: 'failure', code, message } : { kind: 'failure', code, field, message };
}
