import { type ModelConfig } from '../config/model-config';
import { type TensorDatatype } from '../config/model-signature';

export type RowData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[];

/** The rows of one input tensor, row-major [capacity, width], native-endian. A bool is a byte 0 or 1. */
export interface InputRows {
  readonly name: string;
  readonly datatype: TensorDatatype;
  readonly width: number;
  readonly data: RowData;
}

/** The row that the record at hand goes to. */
export interface RowTarget {
  readonly rows: readonly InputRows[];
  readonly row: number;
}

const ALLOCATE: Readonly<Record<TensorDatatype, (length: number) => RowData>> = {
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
  int8: (length) => new Int8Array(length),
  int16: (length) => new Int16Array(length),
  int32: (length) => new Int32Array(length),
  int64: (length) => new BigInt64Array(length),
  uint8: (length) => new Uint8Array(length),
  uint16: (length) => new Uint16Array(length),
  uint32: (length) => new Uint32Array(length),
  uint64: (length) => new BigUint64Array(length),
  bool: (length) => new Uint8Array(length),
  string: (length) => new Array<string>(length).fill(''),
};

/** Rows for `capacity` records, one InputRows per input of the model and in its order. */
export function createInputRows(config: ModelConfig, capacity: number): InputRows[] {
  return config.inputs.map(({ name, datatype, width }) => ({
    name,
    datatype,
    width,
    data: ALLOCATE[datatype](capacity * width),
  }));
}
