import { setTimeout as delay } from 'node:timers/promises';
import { type NodeEntry, nodeBeatOf } from '@nearscore/registry';

const LOOK_EVERY_MS = 25;
const LONGEST_MS = 3_000;

/**
 * By how many ms each node's clock is ahead of this process's: measured when its next heartbeat is seen, so it is too small by
 * up to a few ms, and by the time that a look takes. undefined: it did not beat within three of its heartbeats.
 */
export async function measureClockSkews(
  list: () => Promise<readonly NodeEntry[]>,
  heartbeatMs: number,
): Promise<Map<string, number | undefined>> {
  const deadline = performance.now() + Math.min(3 * heartbeatMs, LONGEST_MS);
  const first = new Map((await list()).map((entry) => [entry.id, nodeBeatOf(entry).beats]));
  const skews = new Map<string, number | undefined>([...first.keys()].map((id) => [id, undefined]));
  const isMissing = (): boolean => [...skews.values()].includes(undefined);
  while (isMissing() && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    for (const entry of await list()) {
      const { id, beats } = nodeBeatOf(entry);
      if (first.get(id) !== beats && skews.get(id) === undefined) skews.set(id, entry.heartbeatAt - Date.now());
    }
  }
  return skews;
}
