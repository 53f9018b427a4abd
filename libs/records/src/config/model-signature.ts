/** Element types of tensors, by ONNX Runtime's names. */
export const TENSOR_DATATYPES = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
] as const;

export type TensorDatatype = (typeof TENSOR_DATATYPES)[number];

export interface TensorSignature {
  readonly name: string;
  readonly datatype: TensorDatatype;
  /** null: a dimension that the graph leaves open. The first is the batch. */
  readonly shape: readonly (number | null)[];
}

/** What a graph says about its own inputs and outputs. */
export interface ModelSignature {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}
