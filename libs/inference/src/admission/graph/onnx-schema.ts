/**
 * Field numbers of onnx.proto, of the messages that are looked into. Everything else is passed over unread.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx-ml.proto
 */
export const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 } as const;
export const OPERATOR_SET = { domain: 1, version: 2 } as const;
export const TRAINING_INFO = { initialization: 1, algorithm: 2 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, sparseInitializer: 15 } as const;
export const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 } as const;
export const FUNCTION = { name: 1, node: 7, opsetImport: 9, domain: 10, attribute: 11 } as const;
export const ATTRIBUTE = {
  ...{ name: 1, float: 2, integer: 3, text: 4, tensor: 5, graph: 6, floats: 7, integers: 8, texts: 9, tensors: 10 },
  ...{ graphs: 11, type: 20, sparseTensor: 22, sparseTensors: 23 },
} as const;
export const TENSOR = {
  ...{ dims: 1, dataType: 2, floatData: 4, int32Data: 5, stringData: 6, int64Data: 7, name: 8, rawData: 9 },
  ...{ doubleData: 10, uint64Data: 11, externalData: 13, dataLocation: 14 },
} as const;
export const SPARSE_TENSOR = { values: 1, indices: 2, dims: 3 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1, sequence: 4, map: 5 } as const;
export const TENSOR_TYPE = { elementType: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIMENSION = { value: 1, parameter: 2 } as const;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { integer: 2, text: 3, tensor: 4, graph: 5, integers: 7, texts: 8 } as const;

/** TensorProto.DataType */
export const ELEMENT = {
  ...{ float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9 },
  ...{ float64: 11, uint32: 12, uint64: 13 },
} as const;

/** Bits of one element in `raw_data`, by TensorProto.DataType; strings have none. */
export const ELEMENT_BITS: Readonly<Record<number, number>> = {
  ...{ 1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16 },
  ...{ 17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2 },
};
