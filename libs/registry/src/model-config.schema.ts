import { FEATURE_KINDS, type ModelConfig, type ModelSignature, TENSOR_DATATYPES } from '@nearscore/records';
import { z } from 'zod';

const count = z.number().int().nonnegative();
const datatype = z.enum(TENSOR_DATATYPES);

const feature = z.object({
  name: z.string(),
  kind: z.enum(FEATURE_KINDS),
  length: count.nullable(),
  default: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  scale: z.object({ subtract: z.number(), divide: z.number() }).nullable(),
  categories: z.array(z.tuple([z.string(), z.number()])).nullable(),
});

const label = z.discriminatedUnion('from', [
  z.object({ from: z.literal('nowhere') }),
  z.object({ from: z.literal('threshold'), threshold: z.number(), names: z.tuple([z.string(), z.string()]) }),
  z.object({ from: z.literal('output'), output: z.string(), names: z.array(z.string()).nullable() }),
  z.object({ from: z.literal('highest'), names: z.array(z.string()) }),
]);

/** A completed model.json as it is stored. */
export const modelConfigSchema = z.object({
  inputs: z.array(z.object({ name: z.string(), datatype, width: count, features: z.array(feature) })),
  score: z.object({ output: z.string(), columns: count, column: z.union([count, z.literal('highest')]) }),
  scores: z.object({ output: z.string(), columns: count }),
  label,
}) satisfies z.ZodType<ModelConfig>;

const tensor = z.object({ name: z.string(), datatype, shape: z.array(z.number().int().nullable()) });

export const modelSignatureSchema = z.object({
  inputs: z.array(tensor),
  outputs: z.array(tensor),
}) satisfies z.ZodType<ModelSignature>;
