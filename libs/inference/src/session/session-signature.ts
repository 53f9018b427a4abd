import { type ModelSignature, TENSOR_DATATYPES, type TensorDatatype, type TensorSignature } from '@nearscore/records';
import { type InferenceSession } from 'onnxruntime-node';
import { ModelLoadError } from '../inference.errors';

/** What the loaded graph says about itself; ModelLoadError for inputs and outputs that are no tensors of a known datatype. */
export function signatureOf(session: Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>): ModelSignature {
  return {
    inputs: session.inputMetadata.map((value) => tensorSignatureOf('input', value)),
    outputs: session.outputMetadata.map((value) => tensorSignatureOf('output', value)),
  };
}

function tensorSignatureOf(what: string, value: InferenceSession.ValueMetadata): TensorSignature {
  if (!value.isTensor) {
    throw new ModelLoadError(`its ${what} ${value.name} is not a tensor`);
  }
  if (!isDatatype(value.type)) throw new ModelLoadError(`its ${what} ${value.name} is of datatype ${value.type}`);
  const shape = value.shape.map((size) => (typeof size === 'number' ? size : null));
  return { name: value.name, datatype: value.type, shape };
}

function isDatatype(type: string): type is TensorDatatype {
  return (TENSOR_DATATYPES as readonly string[]).includes(type);
}
