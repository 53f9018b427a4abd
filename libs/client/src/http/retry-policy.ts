import { NearscoreApiError, NearscoreError, UnexpectedAnswerError } from '../client.errors';
import { type RetryOptions } from '../client.options';
import { delay } from './delay';

const DEFAULTS: Required<RetryOptions> = {
  maxTries: 4,
  minDelayMs: 200,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 60_000,
};

/** How long to wait before the next try of what failed, if there is one. */
export class RetryPolicy {
  private readonly options: Required<RetryOptions>;

  constructor(
    options: RetryOptions = {},
    private readonly random: () => number = Math.random,
  ) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** @param tries that were made, 1 or more. undefined: no other try. */
  delayAfter(error: unknown, tries: number): number | undefined {
    const { maxTries, maxRetryAfterMs } = this.options;
    if (!(error instanceof NearscoreError) || !error.retriable || tries >= maxTries) return undefined;
    const wanted = retryAfterOf(error);
    return wanted > maxRetryAfterMs ? undefined : Math.max(wanted, this.backOff(tries));
  }

  /** Doubling with jitter, so that clients which failed together do not come back together. */
  backOff(tries: number, minDelayMs = this.options.minDelayMs): number {
    const longest = Math.min(minDelayMs * 2 ** Math.min(tries - 1, 30), Math.max(this.options.maxDelayMs, minDelayMs));
    return longest * (1 - this.random() / 2);
  }

  async run<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        const delayMs = this.delayAfter(error, tries);
        if (delayMs === undefined) throw error;
        await delay(delayMs, signal);
      }
    }
  }
}

export function retryAfterOf(error: unknown): number {
  const known = error instanceof NearscoreApiError || error instanceof UnexpectedAnswerError;
  return known ? (error.retryAfterMs ?? 0) : 0;
}
