import { FieldKind, type GenericRecord, HazelcastJsonValue } from 'hazelcast-client';
import { GridValueError } from '../grid.errors';
import { type RecordContent } from './record-map';
import { typeNameOf } from './value-codec';

/** Any record format that the scorer reads, as JavaScript data. GridValueError for another one. */
export function toRecordContent(map: string, stored: unknown): RecordContent {
  if (stored instanceof HazelcastJsonValue) return fromJson(map, stored.toString());
  if (isGenericRecord(stored)) return fromGenericRecord(stored);
  if (Array.isArray(stored) && stored.every((item) => typeof item === 'number')) return stored as number[];
  throw new GridValueError(map, `a record of type ${typeNameOf(stored)} is not of a known format`);
}

function fromJson(map: string, text: string): RecordContent {
  const content = parsed(map, text);
  if (typeof content !== 'object' || content === null) throw new GridValueError(map, 'its JSON is not an object');
  return content as RecordContent;
}

function parsed(map: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GridValueError(map, 'its JSON is malformed', error);
  }
}

function fromGenericRecord(record: GenericRecord): Record<string, unknown> {
  return Object.fromEntries([...record.getFieldNames()].map((name) => [name, fieldOf(record, name)]));
}

function fieldOf(record: GenericRecord, name: string): unknown {
  const getter = getterOf(FieldKind[record.getFieldKind(name)] ?? '');
  const read = (record as unknown as Record<string, ((name: string) => unknown) | undefined>)[getter];
  return toPlain(read?.call(record, name));
}

/** ARRAY_OF_NULLABLE_INT8 is read by getArrayOfNullableInt8; a nested COMPACT by getGenericRecord. */
function getterOf(kind: string): string {
  const words = kind.replace('COMPACT', 'GENERIC_RECORD').toLowerCase().split('_');
  return `get${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (Buffer.isBuffer(value)) return Array.from(value, (byte) => (byte << 24) >> 24);
  if (isGenericRecord(value)) return fromGenericRecord(value);
  return '__isLong__' in value ? BigInt(value.toString()) : value.toString();
}

function isGenericRecord(value: unknown): value is GenericRecord {
  return typeof value === 'object' && value !== null && 'getFieldNames' in value && 'getFieldKind' in value;
}
