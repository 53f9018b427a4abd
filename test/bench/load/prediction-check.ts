import { KEYS, RECORDS_PER_CALL } from './record-pool';
import { type RecordStore } from './stores/record-store';

/** Which of `count` keys from `first` on (or of `among`) have no prediction that was made at `since` (epoch ms) or later. */
export async function unscoredKeys(
  store: RecordStore,
  first: number,
  count: number,
  since: number,
  among: readonly number[] = keysFrom(first, count),
): Promise<number[]> {
  const missing: number[] = [];
  for (let start = 0; start < among.length; start += RECORDS_PER_CALL) {
    const keys = among.slice(start, start + RECORDS_PER_CALL);
    const predictions = await store.predictions(keys);
    missing.push(...keys.filter((_, index) => !((predictions[index]?.scoredAt ?? -1) >= since)));
  }
  return missing;
}

/** The stored score of every key of the pool; NaN where there is none. */
export async function allScores(store: RecordStore): Promise<Float32Array> {
  const scores = new Float32Array(KEYS);
  for (let first = 0; first < KEYS; first += RECORDS_PER_CALL) {
    const predictions = await store.predictions(keysFrom(first, RECORDS_PER_CALL));
    predictions.forEach((prediction, index) => (scores[first + index] = prediction?.score ?? NaN));
  }
  return scores;
}

function keysFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
