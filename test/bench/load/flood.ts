import { setTimeout as delay } from 'node:timers/promises';
import { type LoadRequest, type WriteAnswer } from './load-messages';
import { MAX_OPEN_CALLS } from './pacing';
import { keysFrom, unscoredKeys } from './prediction-check';
import { RECORDS_PER_CALL } from './record-pool';
import { type RecordStore } from './stores/record-store';

/** Keeps every journal and queue from overflowing. */
const MAX_UNSCORED_CALLS = 50;
const MAX_CALLS_UNTIL_LOOK = 10;
const LOOK_AGAIN_MS = 10;
const GIVE_UP_MS = 120_000;

/**
 * Calls that may be unscored, at most half of the keys: so a key is never written again before its prediction is there, and a
 * prediction younger than the call is one of that call.
 */
function paceFor(keys: number): { readonly unscoredCalls: number; readonly callsUntilLook: number } {
  const unscoredCalls = Math.min(MAX_UNSCORED_CALLS, Math.floor(keys / RECORDS_PER_CALL / 2));
  return { unscoredCalls, callsUntilLook: Math.min(MAX_CALLS_UNTIL_LOOK, Math.floor(unscoredCalls / 2)) };
}

/** Bulk writes as fast as the system acknowledges them and scores them; of an unscored map, as it acknowledges them. */
export async function flood(
  store: RecordStore,
  isScored: boolean,
  keys: number,
  { seconds, records }: Extract<LoadRequest, { type: 'flood' }>,
): Promise<WriteAnswer> {
  const { unscoredCalls, callsUntilLook } = paceFor(keys);
  const firstOf = (call: number): number => (call * RECORDS_PER_CALL) % keys;
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const calledAt: number[] = [];
  const open = new Set<Promise<unknown>>();
  const untilScored = (call: number): Promise<void> => scoredSince(store, firstOf(call), calledAt[call] ?? 0);
  while (elapsed() < seconds || calledAt.length * RECORDS_PER_CALL < records) {
    const call = calledAt.length;
    const scored = call - unscoredCalls + callsUntilLook;
    if (isScored && scored >= 0 && call % callsUntilLook === 0) await untilScored(scored);
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

async function scoredSince(store: RecordStore, first: number, since: number): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  let missing = await unscoredKeys(store, keysFrom(first, RECORDS_PER_CALL), since);
  while (missing.length > 0) {
    if (performance.now() > deadline) throw new Error(`${missing.length} keys were not scored in ${GIVE_UP_MS} ms`);
    await delay(LOOK_AGAIN_MS);
    missing = await unscoredKeys(store, missing, since);
  }
}
