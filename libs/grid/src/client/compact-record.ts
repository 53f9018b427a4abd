import { Fields, type GenericRecord, GenericRecords } from 'hazelcast-client';
import Long from 'long';
import { type RecordField, type RecordFieldValues } from './record-map';

type FieldDescriptors = Record<string, Fields.Field<unknown>>;

const PLAIN: Record<RecordField['kind'], Fields.Field<unknown>> = {
  boolean: Fields.BOOLEAN,
  int8: Fields.INT8,
  int16: Fields.INT16,
  int32: Fields.INT32,
  int64: Fields.INT64,
  float32: Fields.FLOAT32,
  float64: Fields.FLOAT64,
  string: Fields.STRING,
};

const NULLABLE: Record<RecordField['kind'], Fields.Field<unknown>> = {
  boolean: Fields.NULLABLE_BOOLEAN,
  int8: Fields.NULLABLE_INT8,
  int16: Fields.NULLABLE_INT16,
  int32: Fields.NULLABLE_INT32,
  int64: Fields.NULLABLE_INT64,
  float32: Fields.NULLABLE_FLOAT32,
  float64: Fields.NULLABLE_FLOAT64,
  string: Fields.STRING,
};

/** A record type, prepared once for many records. */
export class CompactRecordType {
  private readonly descriptors: FieldDescriptors;
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly typeName: string,
    private readonly fields: readonly RecordField[],
  ) {
    this.names = new Set(fields.map(({ name }) => name));
    this.descriptors = Object.fromEntries(
      fields.map(({ name, kind, nullable }) => [name, (nullable ? NULLABLE : PLAIN)[kind]]),
    );
  }

  /** TypeError or RangeError names the field whose value does not fit its kind. */
  record(values: RecordFieldValues): GenericRecord {
    for (const name of Object.keys(values))
      if (!this.names.has(name)) throw new TypeError(`Type ${this.typeName} has no field ${name}.`);
    const converted = Object.fromEntries(
      this.fields.map((field) => [field.name, toFieldValue(field, values[field.name])]),
    );
    return GenericRecords.compact(this.typeName, this.descriptors, converted);
  }
}

function toFieldValue({ name, kind, nullable }: RecordField, value: RecordFieldValues[string] | undefined): unknown {
  if (value == null) {
    if (!nullable) throw new TypeError(`Field ${name} is missing and not nullable.`);
    return null;
  }
  if (kind === 'int64') return toLong(name, value);
  // The client checks the range of integers and cuts their fraction off.
  if (typeof value === 'number' && kind.startsWith('int') && !Number.isInteger(value))
    throw new RangeError(`Field ${name} expects an integer.`);
  return value;
}

function toLong(name: string, value: boolean | number | bigint | string): Long {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return Long.fromNumber(value);
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return Long.fromString(value.toString());
  throw new RangeError(`Field ${name} expects a 64-bit integer.`);
}
