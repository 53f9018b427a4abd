import { type IMap } from 'hazelcast-client';
import { type PredictionRecord } from '@nearscore/records';
import { KEYS, keyOf, RECORDS_PER_CALL } from './record-pool';

/** How many keys have no prediction that was made at `since` (epoch ms) or later. */
export async function uncheckedKeys(map: IMap<string, PredictionRecord>, since: number): Promise<number> {
  let missing = 0;
  for (let first = 0; first < KEYS; first += RECORDS_PER_CALL) {
    const keys = Array.from({ length: RECORDS_PER_CALL }, (_, index) => keyOf(first + index));
    const fresh = (await map.getAll(keys)).filter(([, prediction]) => prediction.scoredAt >= since);
    missing += RECORDS_PER_CALL - fresh.length;
  }
  return missing;
}
