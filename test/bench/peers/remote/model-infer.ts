import { join } from 'node:path';
import { type MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface TensorHeader {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

export interface ModelInferRequest {
  readonly model_name: string;
  readonly inputs: readonly TensorHeader[];
  readonly outputs: readonly { readonly name: string }[];
  /** Little-endian, row by row; one for each input. */
  readonly raw_input_contents: readonly Buffer[];
}

export interface ModelInferResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly outputs: readonly TensorHeader[];
  readonly raw_output_contents: readonly Buffer[];
}

export interface InferenceService {
  readonly ModelInfer: MethodDefinition<ModelInferRequest, ModelInferResponse>;
}

const OPTIONS = { keepCase: true, longs: Number, defaults: true };

/** The service of model_infer.proto. */
export function loadInferenceService(): InferenceService {
  const loaded = loadSync(join(__dirname, 'model_infer.proto'), OPTIONS);
  return loaded['inference.GRPCInferenceService'] as unknown as InferenceService;
}

/** A copy: what comes off the wire need not lie at a multiple of four bytes. */
export function toFloats(raw: Buffer): Float32Array {
  const floats = new Float32Array(raw.length / Float32Array.BYTES_PER_ELEMENT);
  raw.copy(toRaw(floats));
  return floats;
}

/** The same memory as bytes. */
export function toRaw({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
