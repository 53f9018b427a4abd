import { z } from 'zod';

export const parkedRecordSchema = z.object({
  stream: z.string(),
  key: z.string().nullable(),
  keyData: z.base64(),
  partition: z.number().int().nonnegative(),
  sourceSequence: z.number().int().nonnegative(),
  model: z.string(),
  version: z.number().int().positive(),
  epoch: z.number().int().positive(),
  reason: z.object({ code: z.string(), field: z.string().optional(), message: z.string() }),
  attempts: z.number().int().positive(),
  firstAt: z.number().int().nonnegative(),
  lastAt: z.number().int().nonnegative(),
});

/**
 * A record that could not be scored, and why. `keyData` is the key's Data in base64; `key` its text, null when the key is
 * no string. Never holds the record's values. Times are epoch ms.
 */
export type ParkedRecord = Readonly<z.infer<typeof parkedRecordSchema>>;
