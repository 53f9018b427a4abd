import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { z } from 'zod';
import { modelConfigSchema, modelSignatureSchema } from './model-config.schema';

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  /** Of the ONNX file, in hexadecimal; its chunks lie under it. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly chunks: number;
  readonly config: ModelConfig;
  readonly signature: ModelSignature;
  /** Epoch ms. */
  readonly admittedAt: number;
}

export const modelVersionSchema = z.object({
  model: z.string(),
  version: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  byteLength: z.number().int().positive(),
  chunks: z.number().int().positive(),
  config: modelConfigSchema,
  signature: modelSignatureSchema,
  admittedAt: z.number().int().nonnegative(),
}) satisfies z.ZodType<ModelVersion>;
