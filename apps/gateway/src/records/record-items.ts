import { NearscoreError } from '@nearscore/errors';
import { type FeatureField, parseRecord, RecordFormatError, type RecordValues } from '@nearscore/records';
import { BodyMalformedError } from '../http/http.errors';
import { type RecordItemIssue, RecordsInvalidError, TooManyRecordsError } from './record.errors';
import { parseRecordKey } from './record-key';

export interface RecordItemLimits {
  readonly maxKeyBytes: number;
  readonly maxRecordsPerRequest: number;
}

export type RecordItem = readonly [key: string, values: RecordValues];

const EXPECTED_ITEM = 'expected an object with "key" and "value" alone';

/** An answer that names more faults than this helps nobody. */
const MAX_ISSUES = 1_000;

/** A JSON array of `{ key, value }`. All faulty items are told together; one of them refuses them all. */
export function parseRecordItems(
  json: unknown,
  fields: readonly FeatureField[],
  limits: RecordItemLimits,
): RecordItem[] {
  if (!Array.isArray(json)) throw new BodyMalformedError('The body must be an array of {"key", "value"}.');
  if (json.length > limits.maxRecordsPerRequest) throw new TooManyRecordsError(limits.maxRecordsPerRequest);
  const issues: RecordItemIssue[] = [];
  const items = json.map((item: unknown, index) => parseItem(item, index, fields, limits, issues));
  if (issues.length === 0) return items.filter((item) => item !== undefined);
  const faulty = new Set(issues.map(({ index }) => index)).size;
  throw new RecordsInvalidError(issues.slice(0, MAX_ISSUES), faulty);
}

/** One `{ key, value }`. InvalidKeyError, or RecordFormatError with the value's fields. */
export function parseRecordItem(
  item: unknown,
  fields: readonly FeatureField[],
  { maxKeyBytes }: Pick<RecordItemLimits, 'maxKeyBytes'>,
): RecordItem {
  if (!isItem(item)) throw new RecordFormatError([{ field: '', message: EXPECTED_ITEM }]);
  return [parseRecordKey(item.key, maxKeyBytes), parseRecord(fields, item.value)];
}

function parseItem(
  item: unknown,
  index: number,
  fields: readonly FeatureField[],
  { maxKeyBytes }: RecordItemLimits,
  issues: RecordItemIssue[],
): RecordItem | undefined {
  const note = (field: string, message: string) => issues.push({ index, field, message });
  if (!isItem(item)) {
    note('', EXPECTED_ITEM);
    return undefined;
  }
  const key = attempt(
    () => parseRecordKey(item.key, maxKeyBytes),
    (error) => note('key', error.message),
  );
  const values = attempt(
    () => parseRecord(fields, item.value),
    (error) => noteValue(error, note),
  );
  return key === undefined || values === undefined ? undefined : [key, values];
}

function noteValue(error: NearscoreError, note: (field: string, message: string) => void): void {
  if (!(error instanceof RecordFormatError)) throw error;
  for (const { field, message } of error.issues) note(field === '' ? 'value' : `value.${field}`, message);
}

function isItem(item: unknown): item is { key: unknown; value: unknown } {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  return Object.keys(item).length === 2 && Object.hasOwn(item, 'key') && Object.hasOwn(item, 'value');
}

function attempt<T>(parse: () => T, onFault: (error: NearscoreError) => void): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof NearscoreError)) throw error;
    onFault(error);
    return undefined;
  }
}
