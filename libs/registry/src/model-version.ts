import { type ModelConfig, type ModelSignature } from '@nearscore/records';
import { z } from 'zod';
import { modelConfigSchema, modelSignatureSchema } from './model-config.schema';

/** How a version came in: what is known of the file that was uploaded. */
export interface ModelAdmission {
  /** The file as it came; the stored one differs where a ZipMap was lowered. */
  readonly uploadedSha256: string;
  readonly uploadedByteLength: number;
  /** Who it was said to be by. */
  readonly by: string | null;
  readonly irVersion: number;
  /** Version of each operator set by domain. */
  readonly opset: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly initializers: number;
  readonly initializerBytes: number;
  /** Outputs that were maps from class to probability in the uploaded file. */
  readonly lowered: readonly string[];
  readonly probe: { readonly rows: number; readonly failed: number };
  readonly goldenRows: number;
  /** What each step took, in ms, and all of them together. */
  readonly stepsMs: Readonly<Record<string, number>>;
}

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  /** Of the stored ONNX file, in hexadecimal; its chunks lie under it. */
  readonly sha256: string;
  readonly byteLength: number;
  readonly chunks: number;
  /** Of its chunks; empty where an older software stored them. */
  readonly generation: string;
  readonly config: ModelConfig;
  readonly signature: ModelSignature;
  /** Epoch ms. */
  readonly admittedAt: number;
  /** Absent where a program stored the version without the gateway. */
  readonly admission?: ModelAdmission | undefined;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const count = z.number().int().nonnegative();

const modelAdmissionSchema = z.object({
  uploadedSha256: sha256,
  uploadedByteLength: count,
  by: z.string().nullable(),
  irVersion: count,
  opset: z.record(z.string(), count),
  nodes: count,
  initializers: count,
  initializerBytes: count,
  lowered: z.array(z.string()),
  probe: z.object({ rows: count, failed: count }),
  goldenRows: count,
  stepsMs: z.record(z.string(), count),
}) satisfies z.ZodType<ModelAdmission>;

export const modelVersionSchema = z.object({
  model: z.string(),
  version: z.number().int().positive(),
  sha256,
  byteLength: z.number().int().positive(),
  chunks: z.number().int().positive(),
  generation: z.string().default(''),
  config: modelConfigSchema,
  signature: modelSignatureSchema,
  admittedAt: count,
  admission: modelAdmissionSchema.optional(),
}) satisfies z.ZodType<ModelVersion>;

/** Each model's, in the order given. */
export function byModel(versions: readonly ModelVersion[]): Map<string, ModelVersion[]> {
  const models = new Map<string, ModelVersion[]>();
  for (const version of versions) {
    const others = models.get(version.model);
    if (others) others.push(version);
    else models.set(version.model, [version]);
  }
  return models;
}
