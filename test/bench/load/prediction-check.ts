import { RECORDS_PER_CALL } from './record-pool';
import { type RecordStore } from './stores/record-store';

/** Which of these keys have no prediction that was made at `since` (epoch ms) or later. */
export async function unscoredKeys(store: RecordStore, among: readonly number[], since: number): Promise<number[]> {
  const missing: number[] = [];
  for (let start = 0; start < among.length; start += RECORDS_PER_CALL) {
    const keys = among.slice(start, start + RECORDS_PER_CALL);
    const predictions = await store.predictions(keys);
    missing.push(...keys.filter((_, index) => !((predictions[index]?.scoredAt ?? -1) >= since)));
  }
  return missing;
}

/** The stored scores of the first `keys` keys (whole thousands); NaN where there is none. */
export async function storedScores(store: RecordStore, keys: number): Promise<Float32Array> {
  const scores = new Float32Array(keys);
  for (let first = 0; first < keys; first += RECORDS_PER_CALL) {
    const predictions = await store.predictions(keysFrom(first, RECORDS_PER_CALL));
    predictions.forEach((prediction, index) => (scores[first + index] = prediction?.score ?? NaN));
  }
  return scores;
}

/** `count` keys from `first` on. */
export function keysFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
