import { z } from 'zod';

export const deploymentSchema = z.object({
  stream: z.string(),
  model: z.string(),
  version: z.number().int().positive(),
  epoch: z.number().int().positive(),
  featureMap: z.string(),
  predictionMap: z.string(),
  updatedAt: z.number().int().nonnegative(),
});

/** Which model version scores a stream. `epoch` rises with each change; `updatedAt` is epoch ms. */
export type Deployment = Readonly<z.infer<typeof deploymentSchema>>;
