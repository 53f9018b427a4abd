import { type ListenedKey } from './prediction';

/** Fields by name, as the stream's model declares them. */
export type JsonRecord = Readonly<Record<string, number | string | boolean | null>>;

/** Where a record lies. */
export interface RecordPlace {
  readonly key: string;
  readonly partition: number;
}

/**
 * A record as it is read. An int64 beyond 2^53 is text, as JSON numbers could not hold it; a record that a grid client
 * wrote as float[] or double[] is an array.
 */
export interface StoredRecord<TRecord extends object = JsonRecord> extends RecordPlace {
  readonly value: TRecord;
}

/** A record of an export: grid clients may have written it under a key that is no text. */
export type ExportedRecord<TRecord extends object = JsonRecord> = Omit<StoredRecord<TRecord>, 'key'> & ListenedKey;

/** One record to write. */
export interface KeyedRecord<TRecord extends object = JsonRecord> {
  readonly key: string;
  readonly value: TRecord;
}
