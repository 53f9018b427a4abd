import { Fields, type GenericRecord, GenericRecords } from 'hazelcast-client';
import Long from 'long';
import { type RecordField, type RecordFieldValue, type RecordFieldValues } from './record-map';

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

const ARRAY: Record<RecordField['kind'], Fields.Field<unknown>> = {
  boolean: Fields.ARRAY_OF_BOOLEAN,
  int8: Fields.ARRAY_OF_INT8,
  int16: Fields.ARRAY_OF_INT16,
  int32: Fields.ARRAY_OF_INT32,
  int64: Fields.ARRAY_OF_INT64,
  float32: Fields.ARRAY_OF_FLOAT32,
  float64: Fields.ARRAY_OF_FLOAT64,
  string: Fields.ARRAY_OF_STRING,
};

interface KnownSchema {
  getSchema(): unknown;
  constructor: new (typeName: string, fields: FieldDescriptors, values: object, schema: unknown) => GenericRecord;
}

/** A record type, prepared once for many records. */
export class CompactRecordType {
  private readonly descriptors: FieldDescriptors;
  private readonly names: ReadonlySet<string>;
  private first: (GenericRecord & KnownSchema) | undefined;

  constructor(
    private readonly typeName: string,
    private readonly fields: readonly RecordField[],
  ) {
    this.names = new Set(fields.map(({ name }) => name));
    this.descriptors = Object.fromEntries(fields.map((field) => [field.name, descriptorOf(field)]));
  }

  /** TypeError or RangeError names the field whose value does not fit its kind. */
  record(values: RecordFieldValues): GenericRecord {
    for (const name of Object.keys(values))
      if (!this.names.has(name)) throw new TypeError(`Type ${this.typeName} has no field ${name}.`);
    const converted = Object.fromEntries(
      this.fields.map((field) => [field.name, toFieldValue(field, values[field.name])]),
    );
    return this.create(converted);
  }

  /**
   * The client's factory works the schema and its fingerprint out anew for each record: two thirds of what a record costs.
   * Its class takes a known one, as it does for records that are read.
   */
  private create(values: Record<string, unknown>): GenericRecord {
    const { typeName, descriptors, first } = this;
    if (first) return new first.constructor(typeName, descriptors, values, first.getSchema());
    const record = GenericRecords.compact(typeName, descriptors, values);
    this.first = record as GenericRecord & KnownSchema;
    return record;
  }
}

function descriptorOf({ kind, nullable, length }: RecordField): Fields.Field<unknown> {
  if (length !== undefined) return ARRAY[kind];
  return (nullable ? NULLABLE : PLAIN)[kind];
}

function toFieldValue(field: RecordField, value: RecordFieldValues[string] | undefined): unknown {
  if (value == null) {
    if (!field.nullable) throw new TypeError(`Field ${field.name} is missing and not nullable.`);
    return null;
  }
  if (field.length === undefined) return toElement(field, value as RecordFieldValue);
  if (!Array.isArray(value) || value.length !== field.length)
    throw new TypeError(`Field ${field.name} expects an array of ${field.length} values.`);
  const elements = value.map((element: RecordFieldValue) => toElement(field, element));
  return field.kind === 'int8' ? toBytes(field.name, elements) : elements;
}

/** The client takes bytes as a Buffer, which would wrap what is out of range. */
function toBytes(name: string, elements: readonly unknown[]): Buffer {
  const bytes = Int8Array.from(elements as number[]);
  if (!bytes.every((byte, at) => byte === elements[at])) throw new RangeError(`Field ${name} expects 8-bit integers.`);
  return Buffer.from(bytes.buffer);
}

function toElement({ name, kind }: RecordField, value: RecordFieldValue): unknown {
  if (kind === 'int64') return toLong(name, value);
  // The client checks the range of integers and cuts their fraction off.
  if (typeof value === 'number' && kind.startsWith('int') && !Number.isInteger(value))
    throw new RangeError(`Field ${name} expects an integer.`);
  return value;
}

function toLong(name: string, value: RecordFieldValue): Long {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return Long.fromNumber(value);
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return Long.fromString(value.toString());
  throw new RangeError(`Field ${name} expects a 64-bit integer.`);
}
