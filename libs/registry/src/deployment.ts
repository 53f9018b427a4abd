import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const versionReferenceSchema = z.object({
  model: z.string(),
  version: z.number().int().positive(),
  /** Of the stored ONNX file; missing where an older software deployed it. */
  sha256: sha256.optional(),
});

/** One version of a model. */
export type VersionReference = Readonly<z.infer<typeof versionReferenceSchema>>;

const candidateSchema = versionReferenceSchema.extend({
  /** split: its share of the keys is answered by it. shadow: all records are scored by it too, and answered by the live one. */
  mode: z.enum(['split', 'shadow']),
  /** Percent of the keys, in steps of 0.01; 100 for a shadow. */
  percent: z.number().min(0).max(100),
  /** Which keys those are: see `shareOf` of @nearscore/records. The same in all steps of a rollout. */
  salt: z.string(),
});

export type DeployedCandidate = Readonly<z.infer<typeof candidateSchema>>;

const retriesSchema = z.object({
  /** How often a record is tried in all before it is a dead letter. */
  attempts: z.number().int().min(1).optional(),
  /** Before the second attempt; doubled from attempt to attempt. */
  firstDelaySeconds: z.number().positive().optional(),
  /** Where doubling ends. */
  maxDelaySeconds: z.number().positive().optional(),
});

/** How a stream's records are tried again; what is left out is as the node says. */
export type DeployedRetries = Readonly<z.infer<typeof retriesSchema>>;

export const deploymentSchema = z.object({
  stream: z.string(),
  /** The live version. */
  ...versionReferenceSchema.shape,
  epoch: z.number().int().positive(),
  featureMap: z.string(),
  predictionMap: z.string(),
  /** Scores beside the live version; null, or missing: none. */
  candidate: candidateSchema.nullable().optional(),
  /** What was live before the live version; null, or missing: nothing. What a rollback restores. */
  previous: versionReferenceSchema.nullable().optional(),
  /** The rollout and the step of it that made this epoch; null, or missing: a deployment by hand. */
  rollout: z.object({ id: z.string(), step: z.number().int() }).nullable().optional(),
  /** Predictions of an older epoch are made again in the background; null, or missing: they stay. */
  rescoreBefore: z.number().int().positive().nullable().optional(),
  /** How long a record may wait before writers are held back; null, or missing: as the gateway says; 0: never. */
  maxUnscoredAgeSeconds: z.number().nonnegative().nullable().optional(),
  /** null, or missing: as the node says. */
  retries: retriesSchema.nullable().optional(),
  updatedAt: z.number().int().nonnegative(),
});

/** Which versions score a stream, and how. `epoch` rises with each change; `updatedAt` is epoch ms. */
export type Deployment = Readonly<z.infer<typeof deploymentSchema>>;
