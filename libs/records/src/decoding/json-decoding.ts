import { isUtf8 } from 'node:buffer';
import { type FeatureColumn } from './feature-column';
import { type RowTarget } from './input-rows';
import { isTooDeep } from './json-depth';
import { type CurrentRecord } from './current-record';
import { type RecordFailure, recordFailure } from './record-failure';
import { type RowColumns } from './row-columns';

const MAX_DEPTH = 32;

/** HazelcastJsonValue on the wire: [length i32][UTF-8]. An object gives the features by name, an array in order. */
export function decodeJson(record: CurrentRecord, columns: RowColumns): RecordFailure | undefined {
  const json = parseJson(record);
  if (json === undefined) return recordFailure('MALFORMED', `not JSON in UTF-8 of at most ${MAX_DEPTH} levels`);
  if (Array.isArray(json)) return putInOrder(json, columns, record);
  if (typeof json === 'object' && json !== null) return putByName(json as Record<string, unknown>, columns, record);
  return recordFailure('WRONG_KIND', 'expected a JSON object or array');
}

/** undefined: malformed. */
function parseJson(record: CurrentRecord): unknown {
  const { view, value: start, end } = record;
  if (end - start < 4 || view.getInt32(start) !== end - start - 4) return undefined;
  const text = record.slice(start + 4, end);
  if (!isUtf8(text) || isTooDeep(text, MAX_DEPTH)) return undefined;
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    // The parser's message quotes the record.
    return undefined;
  }
}

function putByName(json: Record<string, unknown>, columns: RowColumns, into: RowTarget): RecordFailure | undefined {
  for (const column of columns.all) {
    // Only what the record itself holds: `constructor` may be a feature's name.
    const value = Object.hasOwn(json, column.name) ? json[column.name] : undefined;
    const failure = column.isArray ? putArray(column, value, into) : putValue(column, 0, value, into);
    if (failure) return failure;
  }
  return undefined;
}

function putArray(column: FeatureColumn, value: unknown, into: RowTarget): RecordFailure | undefined {
  if (value === undefined || value === null) return column.putAllMissing(into);
  if (!Array.isArray(value)) return column.wrongKind(undefined, nameOf(value));
  if (value.length !== column.count) return column.wrongLength();
  return putElements(column, value, 0, into);
}

function putInOrder(json: readonly unknown[], columns: RowColumns, into: RowTarget): RecordFailure | undefined {
  if (json.length !== columns.width)
    return recordFailure('WRONG_LENGTH', `expected an array of ${columns.width} values`);
  let next = 0;
  for (const column of columns.all) {
    const failure = putElements(column, json, next, into);
    if (failure) return failure;
    next += column.count;
  }
  return undefined;
}

function putElements(
  column: FeatureColumn,
  values: readonly unknown[],
  from: number,
  into: RowTarget,
): RecordFailure | undefined {
  for (let element = 0; element < column.count; element++) {
    const failure = putValue(column, element, values[from + element], into);
    if (failure) return failure;
  }
  return undefined;
}

function putValue(column: FeatureColumn, element: number, value: unknown, into: RowTarget): RecordFailure | undefined {
  if (typeof value === 'number') return column.putNumber(into, element, value);
  if (typeof value === 'string') return column.putText(into, element, value);
  if (typeof value === 'boolean') return column.putBoolean(into, element, value);
  if (value === null || value === undefined) return column.putMissing(into, element);
  return column.wrongKind(element, nameOf(value));
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
