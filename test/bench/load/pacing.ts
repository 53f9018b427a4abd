import { setTimeout as delay } from 'node:timers/promises';

/** Calls under way at most: a system that is too slow shows as a rate that was not reached, not as a growing queue. */
export const MAX_OPEN_CALLS = 16;

/** Makes `callsPerSecond` calls evenly for so many seconds; resolves when all have settled. Returns the seconds taken. */
export async function paced(
  callsPerSecond: number,
  seconds: number,
  call: (index: number) => Promise<unknown>,
  maxOpenCalls = MAX_OPEN_CALLS,
): Promise<number> {
  const calls = Math.round(callsPerSecond * seconds);
  const startedAt = performance.now();
  const open = new Set<Promise<unknown>>();
  for (let index = 0; index < calls; index++) {
    const ahead = (index / callsPerSecond) * 1000 - (performance.now() - startedAt);
    // A timer takes at least 1 ms: what is due within it goes now, together.
    if (ahead >= 1) await delay(Math.floor(ahead));
    if (open.size >= maxOpenCalls) await Promise.race(open);
    const settled = call(index).finally(() => open.delete(settled));
    open.add(settled);
  }
  await Promise.all(open);
  return (performance.now() - startedAt) / 1000;
}
