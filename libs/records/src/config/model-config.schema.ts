import { z } from 'zod';
import { ModelConfigError } from '../records.errors';
import { toFieldPath } from './config-issues';
import { FEATURE_KINDS } from './model-config';
import { TENSOR_DATATYPES } from './model-signature';
import { isWellFormedText } from '../well-formed-text';

/** Bounds what one model can ask of a lane's memory: a row is at most 64 Ki values. */
export const MAX_ROW_WIDTH = 65_536;
const MAX_FEATURES = 4_096;
const MAX_LABEL_LENGTH = 256;

const FEATURE_TYPES = [...FEATURE_KINDS, ...FEATURE_KINDS.map((kind) => `${kind}[]` as const)] as const;

const name = z.string().min(1).max(256).refine(isWellFormedText, 'expected well-formed Unicode');
const label = z.string().min(1).max(MAX_LABEL_LENGTH).refine(isWellFormedText, 'expected well-formed Unicode');
const finite = z.number();

/** `"x"` stands for `{ [key]: "x" }`. */
const orNameOf = <Schema extends z.ZodType>(key: string, schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? { [key]: value } : value), schema);

const scale = z
  .strictObject({ mean: finite.optional(), std: finite.optional(), min: finite.optional(), max: finite.optional() })
  .transform(({ mean, std, min, max }, context) => {
    if (mean !== undefined && std !== undefined && min === undefined && max === undefined) {
      if (std > 0) return { subtract: mean, divide: std };
    } else if (min !== undefined && max !== undefined && mean === undefined && std === undefined) {
      if (max > min) return { subtract: min, divide: max - min };
    }
    context.addIssue({
      code: 'custom',
      message: 'expected { mean, std } with std > 0, or { min, max } with max > min',
    });
    return z.NEVER;
  });

const categories = z
  .union([z.array(z.string()).min(1), z.record(z.string(), finite)], {
    error: 'expected a list of strings, or an object from string to number',
  })
  .transform((given): [string, number][] =>
    Array.isArray(given) ? given.map((category, code) => [category, code]) : Object.entries(given),
  )
  .refine((pairs) => new Set(pairs.map(([category]) => category)).size === pairs.length, 'expected each category once');

const featureObject = z.strictObject(
  {
    name,
    type: z.enum(FEATURE_TYPES).optional(),
    length: z.int().min(1).max(MAX_ROW_WIDTH).optional(),
    default: z.union([finite, z.string(), z.boolean()], { error: 'expected a number, string or boolean' }).optional(),
    scale: scale.optional(),
    categories: categories.optional(),
  },
  { error: describeObject('a feature name or an object') },
);
const feature = orNameOf('name', featureObject);

const features = z
  .array(feature)
  .min(1)
  .max(MAX_FEATURES)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach((entry, index) => {
      if (seen.has(entry.name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is used twice' });
      seen.add(entry.name);
    });
  });

const modelConfigSchema = z
  .strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    input: name.optional(),
    features: features.optional(),
    inputs: z
      .array(z.strictObject({ name, datatype: z.enum(TENSOR_DATATYPES).optional(), features: features.optional() }))
      .min(1)
      .optional(),
    labels: z.array(label).min(1).max(MAX_FEATURES).optional(),
    score: orNameOf(
      'output',
      z.strictObject({
        output: name,
        column: z
          .union([z.int().min(0), z.literal('highest')], { error: 'expected a column number or "highest"' })
          .optional(),
      }),
    ).optional(),
    scores: orNameOf(
      'output',
      z.strictObject({ output: name, columns: z.int().min(1).max(MAX_FEATURES).optional() }),
    ).optional(),
    label: orNameOf('output', z.strictObject({ output: name })).optional(),
    threshold: finite.optional(),
  })
  .superRefine((config, context) => {
    if (config.inputs === undefined) return;
    for (const key of ['input', 'features'] as const) {
      if (config[key] !== undefined) context.addIssue({ code: 'custom', path: [key], message: 'not beside "inputs"' });
    }
  });

/** What model.json, and a feature in it, may say. */
export const MODEL_JSON_KEYS: readonly string[] = Object.keys(modelConfigSchema.shape);
export const FEATURE_KEYS: readonly string[] = Object.keys(featureObject.shape);

/** model.json as its author wrote it, shorthands resolved; what the graph tells may be missing. */
export type ModelConfigInput = z.output<typeof modelConfigSchema>;
export type FeatureInput = z.output<typeof feature>;

/** Throws ModelConfigError with the path and expectation of every fault. */
export function parseModelConfig(json: unknown): ModelConfigInput {
  const parsed = modelConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ModelConfigError(
    parsed.error.issues.map((issue) => ({ path: toFieldPath(issue.path), message: issue.message })),
  );
}

function describeObject(expected: string) {
  return (issue: { code?: string }) => (issue.code === 'invalid_type' ? `expected ${expected}` : undefined);
}
