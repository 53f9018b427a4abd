import { setTimeout as delay } from 'node:timers/promises';
import { type Client } from 'hazelcast-client';
import { type LoadRequest } from './load-messages';
import { paced } from './pacing';
import { KEYS, keyOf, type SerializedEntry } from './record-pool';

/** Listeners are best effort: what has not come by then is unseen. */
const LAST_EVENT_MS = 2_000;

/**
 * Single puts at a rate, and for each the time until an entry listener of the prediction map was called with a value:
 * one process and one clock, so its own delays count too.
 */
export async function latenciesOf(
  client: Client,
  entries: readonly SerializedEntry[],
  { recordMap, predictionMap, ratePerSecond, seconds }: Extract<LoadRequest, { type: 'latency' }>,
): Promise<unknown> {
  const records = await client.getMap<unknown, unknown>(recordMap);
  const predictions = await client.getMap<string, unknown>(predictionMap);
  const writtenAt = new Map<string, number>();
  const latenciesMs: number[] = [];
  const seen = ({ key }: { key: string }): void => {
    const at = writtenAt.get(key);
    if (at === undefined) return;
    writtenAt.delete(key);
    latenciesMs.push(performance.now() - at);
  };
  const listener = await predictions.addEntryListener({ added: seen, updated: seen }, undefined, true);
  const taken = await paced(ratePerSecond, seconds, (index) => {
    writtenAt.set(keyOf(index % KEYS), performance.now());
    const [key, value] = entries[index % KEYS] as SerializedEntry;
    return records.set(key, value);
  });
  for (let waited = 0; writtenAt.size > 0 && waited < LAST_EVENT_MS; waited += 50) await delay(50);
  await predictions.removeEntryListener(listener);
  latenciesMs.sort((a, b) => a - b);
  return { latenciesMs, unseen: writtenAt.size, seconds: taken };
}
