import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 10,000. */
  timeoutMs?: number;
  /** Default 25. */
  everyMs?: number;
}

/**
 * Runs `assertion` again and again until it neither throws nor rejects, and returns what it returned. After the timeout
 * the last failure is thrown, with the number of tries in its message.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  for (let tries = 1; ; tries++) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadline) throw told(error, tries, timeoutMs);
    }
    await delay(everyMs);
  }
}

function told(error: unknown, tries: number, timeoutMs: number): unknown {
  if (error instanceof Error) error.message += `\n(still so after ${tries} tries in ${timeoutMs} ms)`;
  return error;
}
