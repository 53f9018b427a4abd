import { createHash } from 'node:crypto';

/** The queue that all nodes of a cluster work. */
export const RETRY_QUEUE = 'retries';

/** The next attempt of one parked record. It repeats what the entry said: what says something else by then is not owed. */
export interface RetryJob {
  /** Key of the entry. */
  readonly entry: string;
  readonly attempts: number;
  /** When it is due, epoch ms. */
  readonly at: number;
}

/** The same for the same attempt, so that a job given twice is one job. BullMQ wants no colon in it, and not only digits. */
export function jobIdOf({ entry, attempts, at }: RetryJob): string {
  const digest = createHash('sha256').update(`${entry}\n${attempts}\n${at}`).digest('hex');
  return `retry-${digest.slice(0, 32)}`;
}

/** Undefined for what another software, or another version of this one, left in the queue. */
export function parseRetryJob(data: unknown): RetryJob | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { entry, attempts, at } = data as Partial<Record<keyof RetryJob, unknown>>;
  if (typeof entry !== 'string' || typeof attempts !== 'number' || typeof at !== 'number') return undefined;
  return { entry, attempts, at };
}
