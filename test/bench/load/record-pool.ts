import { type Client, Fields, type GenericRecord, GenericRecords, type IMap } from 'hazelcast-client';
import { type RecordForm } from './load-messages';

export const KEYS = 100_000;
export const RECORDS_PER_CALL = 1_000;
export const FEATURES = 30;
/** Records of a pool that differ; the keys beyond share them, so that a loader of millions stays small. */
export const POOL_ROWS = 10_000;
/** As test/bench/make-models.py names them. */
const NAMES = Array.from({ length: FEATURES }, (_, index) => `f${String(index).padStart(2, '0')}`);
const COMPACT_TYPE = 'bench.Record';
const COMPACT_FIELDS = Object.fromEntries(NAMES.map((name) => [name, Fields.FLOAT32]));

export type SerializedEntry = [key: unknown, value: unknown];

/** The client passes on what is serialized already, so that a loader costs little beside what is metered. */
interface WithSerialization {
  readonly serializationService: { toData(value: unknown): unknown };
}

/** Records from `first` on. */
export type EntrySource = (first: number, count: number) => SerializedEntry[];

/** A record of an application's own, with a serializer of its own: that of generic records works out a schema for each. */
export class ApplicationRecord {
  constructor(readonly features: readonly number[]) {}
}

/** Writes the same Compact as the generic records below. */
export const applicationRecordSerializer = {
  getClass: () => ApplicationRecord,
  getTypeName: () => COMPACT_TYPE,
  read: (reader: { readFloat32(field: string): number }) =>
    new ApplicationRecord(NAMES.map((name) => reader.readFloat32(name))),
  write: (writer: { writeFloat32(field: string, value: number): void }, { features }: ApplicationRecord): void =>
    NAMES.forEach((name, feature) => writer.writeFloat32(name, features[feature] ?? NaN)),
};

/** Keys and records made anew in each call, and serialized by the client: as an application has them. */
export function freshEntries(form: RecordForm): EntrySource {
  const features = Array.from({ length: KEYS }, (_, index) => featuresOf(index));
  const recordOfOne = (index: number): unknown => {
    const values = features[index] ?? [];
    return form === 'floats' ? values : new ApplicationRecord(values);
  };
  return (first, count) =>
    Array.from({ length: count }, (_, index) => [keyOf(first + index), recordOfOne(first + index)]);
}

/** All keys with their records, serialized once. */
export async function serializedEntries(
  client: Client,
  map: IMap<unknown, unknown>,
  form: RecordForm,
): Promise<SerializedEntry[]> {
  const { serializationService } = client as unknown as WithSerialization;
  // Makes the cluster know the Compact schema.
  await map.set(keyOf(0), recordOf(0, form));
  return Array.from({ length: KEYS }, (_, index) => [
    serializationService.toData(keyOf(index)),
    serializationService.toData(recordOf(index, form)),
  ]);
}

/** Floats of a width, serialized once; keys in each call. */
export function pooledEntries(client: Client, width: number): EntrySource {
  const { serializationService } = client as unknown as WithSerialization;
  const rows = Array.from({ length: POOL_ROWS }, (_, row) => serializationService.toData(featuresOf(row, width)));
  return (first, count) =>
    Array.from({ length: count }, (_, index) => [
      serializationService.toData(keyOf(first + index)),
      rows[(first + index) % POOL_ROWS],
    ]);
}

export function keyOf(index: number): string {
  return `record-${String(index).padStart(6, '0')}`;
}

export function indexOf(key: string): number {
  return Number(key.slice('record-'.length));
}

/** With `defaultNumberType: 'float'`, an array of numbers is a Java `float[]`. */
export function recordOf(index: number, form: RecordForm): number[] | GenericRecord {
  const values = featuresOf(index);
  if (form === 'floats') return values;
  const named = Object.fromEntries(NAMES.map((name, feature) => [name, values[feature] ?? NaN]));
  return GenericRecords.compact(COMPACT_TYPE, COMPACT_FIELDS, named);
}

export function featuresOf(index: number, width = FEATURES): number[] {
  return Array.from({ length: width }, (_, feature) => Math.fround(Math.sin(index * 31 + feature)));
}

/** A record where no grid serializes it. */
export function littleEndianFloats(index: number, width = FEATURES): Buffer {
  return Buffer.from(Float32Array.from(featuresOf(index, width)).buffer);
}
