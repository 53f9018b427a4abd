import { BadRequestError } from '../http/http.errors';

export const MAX_WAIT_MS = 30_000;

/** `?wait=` in ms; undefined without it. BadRequestError naming it. */
export function parseWait(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : NaN;
  if (waitMs >= 1 && waitMs <= MAX_WAIT_MS) return waitMs;
  throw new BadRequestError(`wait: expected milliseconds, 1 to ${MAX_WAIT_MS}.`, { parameter: 'wait' });
}
