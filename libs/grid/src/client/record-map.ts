import { type GridValueError } from '../grid.errors';

/** A typed field of a stored record; libs/records' FeatureField fits. */
export interface RecordField {
  readonly name: string;
  readonly kind: 'boolean' | 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'string';
  readonly nullable: boolean;
  /** Present on an array of so many values of `kind`; the array as a whole may be null. */
  readonly length?: number;
}

export type RecordFieldValue = boolean | number | bigint | string;

/** Values by field name. An int64 is a bigint, or a number that is a safe integer. */
export type RecordFieldValues = Readonly<Record<string, RecordFieldValue | readonly RecordFieldValue[] | null>>;

/**
 * A stored record as JavaScript data: fields by name for Compact and JSON, numbers in order for `float[]` and `double[]`.
 * A Compact int64 is a bigint.
 */
export type RecordContent = Readonly<Record<string, unknown>> | readonly number[];

/** A value of a feature map that was read otherwise than by key; an error for one that is no record. */
export type DecodedRecord = { readonly content: RecordContent } | { readonly error: GridValueError };

/** A feature map. Writes follow the same rules as those of GridMap. */
export interface RecordMap {
  readonly name: string;
  get(key: string): Promise<RecordContent | undefined>;
  getAll(keys: readonly string[]): Promise<Map<string, RecordContent>>;
  /**
   * The values of such bytes (Data with its 8-byte head) as they lie in the map, in their order; the same as `get`
   * gives.
   */
  decode(values: readonly Buffer[]): Promise<DecodedRecord[]>;
  /** Writes one record as Compact. A field that `values` lacks is null and must be nullable. */
  setCompact(key: string, typeName: string, fields: readonly RecordField[], values: RecordFieldValues): Promise<void>;
  /** The value's Data as `setCompact` stores it; of a type that was written by this client before. */
  compactData(typeName: string, fields: readonly RecordField[], values: RecordFieldValues): Buffer;
  /** Writes many; not atomic: after an UnknownOutcomeError some of them may be written. */
  setAllCompact(
    typeName: string,
    fields: readonly RecordField[],
    entries: Iterable<readonly [string, RecordFieldValues]>,
  ): Promise<void>;
  /** Writes the record as JSON (`HazelcastJsonValue`). */
  setJson(key: string, content: Readonly<Record<string, unknown>>): Promise<void>;
  delete(key: string): Promise<void>;
  size(): Promise<number>;
}
