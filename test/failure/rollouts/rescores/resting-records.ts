import { type Client } from 'hazelcast-client';
import { type RolloutFact } from '../history/rollout-fact';
import { RecordBytesSource, type SerializedValue } from '../load/record-bytes';
import { ROWS } from '../models/version-answers';

export const RESTING_PREFIX = 'resting-';
const RECORDS_PER_CALL = 200;

/** Writes so many records once, which nobody writes again: a new version comes to them by a rescore alone. */
export async function writeResting(
  client: Client,
  stream: string,
  count: number,
  tell: (fact: RolloutFact) => void,
): Promise<void> {
  const records = await client.getMap<string, SerializedValue>(`features.${stream}`);
  const bytes = await RecordBytesSource.open(client);
  for (let from = 0; from < count; from += RECORDS_PER_CALL) {
    const writes = Array.from({ length: Math.min(RECORDS_PER_CALL, count - from) }, (_, index) => {
      const row = (from + index) % ROWS;
      return { key: `${RESTING_PREFIX}${from + index}`, row, ...bytes.next(row) };
    });
    for (const { key, row, fingerprint } of writes) tell({ type: 'write', key, row, fingerprint });
    await records.setAll(writes.map(({ key, value }) => [key, value]));
    for (const { key, fingerprint } of writes) tell({ type: 'ok', key, fingerprint });
  }
}
