import { setTimeout as delay } from 'node:timers/promises';
import { type LatencyAnswer, type LoadRequest } from './load-messages';
import { paced } from './pacing';
import { KEYS } from './record-pool';
import { type RecordStore } from './stores/record-store';

/** Listeners are best effort: what has not come by then is unseen. */
const LAST_EVENT_MS = 2_000;

/**
 * Single writes at a rate, and for each the time until a listener was told of its prediction: one process and one clock, so its own
 * delays count too.
 */
export async function latenciesOf(
  store: RecordStore,
  { ratePerSecond, seconds }: Extract<LoadRequest, { type: 'latency' }>,
): Promise<LatencyAnswer> {
  const writtenAt = new Map<number, number>();
  const latenciesMs: number[] = [];
  const stopListening = await store.listen((key) => {
    const at = writtenAt.get(key);
    if (at === undefined) return;
    writtenAt.delete(key);
    latenciesMs.push(performance.now() - at);
  });
  const call = (index: number): Promise<unknown> => {
    writtenAt.set(index % KEYS, performance.now());
    return store.write(index % KEYS, 1);
  };
  const taken = await paced(ratePerSecond, seconds, call, store.maxOpenCalls);
  for (let waited = 0; writtenAt.size > 0 && waited < LAST_EVENT_MS; waited += 50) await delay(50);
  await stopListening();
  latenciesMs.sort((a, b) => a - b);
  return { latenciesMs, unseen: writtenAt.size, seconds: taken };
}
