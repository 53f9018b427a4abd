import { z } from 'zod';

export const deploymentSchema = z.object({
  stream: z.string(),
  model: z.string(),
  version: z.number().int().positive(),
  epoch: z.number().int().positive(),
  featureMap: z.string(),
  predictionMap: z.string(),
  /** How long a record may wait before writers are held back; null, or missing: as the gateway says; 0: never. */
  maxUnscoredAgeSeconds: z.number().nonnegative().nullable().optional(),
  updatedAt: z.number().int().nonnegative(),
});

/** Which model version scores a stream. `epoch` rises with each change; `updatedAt` is epoch ms. */
export type Deployment = Readonly<z.infer<typeof deploymentSchema>>;
