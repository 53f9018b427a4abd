import { setTimeout as delay } from 'node:timers/promises';
import { type LoadRequest, type WriteAnswer } from './load-messages';
import { MAX_OPEN_CALLS } from './pacing';
import { unscoredKeys } from './prediction-check';
import { KEYS, RECORDS_PER_CALL } from './record-pool';
import { type RecordStore } from './stores/record-store';

/**
 * Calls that may be unscored, half of the pool: so a key is never written again before its prediction is there, and a prediction
 * younger than the call is one of that call. It also keeps every journal and queue from overflowing.
 */
const MAX_UNSCORED_CALLS = KEYS / RECORDS_PER_CALL / 2;
const LOOK_EVERY_CALLS = 10;
const LOOK_AGAIN_MS = 10;
const GIVE_UP_MS = 120_000;

/** Bulk writes as fast as the system acknowledges them and scores them; of an unscored map, as it acknowledges them. */
export async function flood(
  store: RecordStore,
  isScored: boolean,
  { seconds, records }: Extract<LoadRequest, { type: 'flood' }>,
): Promise<WriteAnswer> {
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const calledAt: number[] = [];
  const open = new Set<Promise<unknown>>();
  const untilScored = (call: number): Promise<void> => scoredSince(store, call, calledAt[call] ?? 0);
  while (elapsed() < seconds || calledAt.length * RECORDS_PER_CALL < records) {
    const call = calledAt.length;
    const scored = call - MAX_UNSCORED_CALLS + LOOK_EVERY_CALLS;
    if (isScored && scored >= 0 && call % LOOK_EVERY_CALLS === 0) await untilScored(scored);
    if (open.size >= MAX_OPEN_CALLS) await Promise.race(open);
    calledAt.push(Date.now());
    const settled = store.write(firstOf(call), RECORDS_PER_CALL).finally(() => open.delete(settled));
    open.add(settled);
  }
  await Promise.all(open);
  if (isScored)
    for (let call = Math.max(0, calledAt.length - MAX_OPEN_CALLS); call < calledAt.length; call++)
      await untilScored(call);
  return { records: calledAt.length * RECORDS_PER_CALL, seconds: elapsed() };
}

async function scoredSince(store: RecordStore, call: number, since: number): Promise<void> {
  const first = firstOf(call);
  const deadline = performance.now() + GIVE_UP_MS;
  let missing = await unscoredKeys(store, first, RECORDS_PER_CALL, since);
  while (missing.length > 0) {
    if (performance.now() > deadline) throw new Error(`${missing.length} keys were not scored in ${GIVE_UP_MS} ms`);
    await delay(LOOK_AGAIN_MS);
    missing = await unscoredKeys(store, first, RECORDS_PER_CALL, since, missing);
  }
}

function firstOf(call: number): number {
  return (call * RECORDS_PER_CALL) % KEYS;
}
