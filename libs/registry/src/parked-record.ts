import { RECORD_FAILURE_CODES } from '@nearscore/records';
import { z } from 'zod';

/** retrying: it is tried again. dead: nobody tries it any more until it is replayed. */
export const PARKED_STATES = ['retrying', 'dead'] as const;
export type ParkedState = (typeof PARKED_STATES)[number];

const time = z.number().int().nonnegative();

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
  attempts: z.number().int().nonnegative(),
  firstAt: time,
  lastAt: time,
  // Entries of earlier software have none of these.
  fingerprint: z.string().default(''),
  state: z.enum(PARKED_STATES).default('dead'),
  nextAttemptAt: time.nullable().default(null),
  askedAt: time.nullable().default(null),
});

/**
 * A record that could not be scored, and why. `keyData` is the key's Data in base64; `key` its text, null when the key is
 * no string. `fingerprint` is that of the record's value, which is never held itself. `attempts` counts how often it was
 * tried since it was parked or replayed; `askedAt` is when its lane was asked to try again, and has not answered yet.
 * Times are epoch ms.
 */
export type ParkedRecord = Readonly<z.infer<typeof parkedRecordSchema>>;

/** A failure that a lane met, before it is decided what follows. */
export type FailedRecord = Omit<ParkedRecord, 'state' | 'nextAttemptAt' | 'askedAt' | 'attempts'>;

const UNDECODABLE: ReadonlySet<string> = new Set(RECORD_FAILURE_CODES.filter((code) => code !== 'UNUSABLE_OUTPUT'));

/** Whether trying again may help: a record that is not of the model's form stays so, whatever a model run may do. */
export function isRetriable(code: string): boolean {
  return !UNDECODABLE.has(code);
}

/**
 * What becomes of an entry when its key cannot be scored: the same record failed the same version again, because its event or its
 * whole partition was read again, or because it was written again; then what was decided stands. Undefined: as it is.
 */
export function parkedAnew(before: ParkedRecord | undefined, failed: ParkedRecord): ParkedRecord | undefined {
  const isSameFailure =
    before?.fingerprint === failed.fingerprint && before.model === failed.model && before.version === failed.version;
  if (!isSameFailure) return failed;
  const { sourceSequence, epoch, lastAt } = failed;
  return before.sourceSequence === sourceSequence ? undefined : { ...before, sourceSequence, epoch, lastAt };
}
