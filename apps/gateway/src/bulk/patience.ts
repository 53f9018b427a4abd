import { setTimeout as delay } from 'node:timers/promises';
import { NearscoreError } from '@nearscore/errors';

/** What passes by itself: nothing was written, or writing it again does no harm. */
const PASSING = new Set([
  'STREAM_BEHIND',
  'GRID_UNAVAILABLE',
  'WRITE_OUTCOME_UNKNOWN',
  'OWNER_CHANGED',
  'MAP_DESTROYED',
]);
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export interface PatienceOptions {
  /** Trouble without an end is passed on after so long. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Which errors are waited out. Default: those of writing. */
  readonly passes?: (error: NearscoreError) => boolean;
}

/**
 * Repeats what meets trouble that passes, until it succeeds, the patience is over, or the signal is aborted. Rejects
 * with the last error, or with the signal's reason.
 */
export async function patiently<T>(attempt: () => Promise<T>, options: PatienceOptions): Promise<T> {
  const { patienceMs, signal, passes = isPassing } = options;
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof NearscoreError && passes(error);
      if (!passing || performance.now() + pauseMs > deadline) throw error;
    }
    await pause(pauseMs, signal);
  }
}

function isPassing({ code }: NearscoreError): boolean {
  return PASSING.has(code);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}
