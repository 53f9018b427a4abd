import { setTimeout as delay } from 'node:timers/promises';
import { WaitTimeoutError } from '../program/cli.errors';

export interface WaitOptions {
  /** For the message of the error: `the gateway getting ready`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const EVERY_MS = 100;

/** Asks until `state` answers `true`; any other answer says what is still missing. Throws WaitTimeoutError. */
export async function waitUntil(state: () => Promise<true | string>, options: WaitOptions): Promise<void> {
  const deadline = performance.now() + options.timeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await state();
    if (answer === true) return;
    if (performance.now() > deadline) throw new WaitTimeoutError(options.what, options.timeoutMs, answer);
    await delay(EVERY_MS);
  }
}
