import { type ConsumedEvents, type ConsumerReset, type JournalEvent } from '@nearscore/grid';
import { decodeKey, decodePrediction, type Prediction } from '@nearscore/records';

export interface EventPlace {
  /** Text, or an int or long in decimal; null for keys of other types. */
  readonly key: string | null;
  /** The key's bytes as they lie in the grid, when `key` is null. */
  readonly keyData?: Buffer;
  readonly partition: number;
  /** The event's position in its partition's journal; rises with time. */
  readonly sequence: number;
}

/** What a handler gets of a map `predictions.…`: plain data, fit for JSON. */
export type PredictionEvent = EntryOf<Omit<Prediction, 'fingerprint'>, 'prediction'>;

/** What a handler gets of any other map. */
export type MapEvent<T = Buffer> = EntryOf<T, 'value'>;

/** @property null: the entry was removed */
type EntryOf<T, Name extends string> = EventPlace & { readonly [N in Name]: T | null };

/** The position in these partitions is gone: what follows begins with the oldest event that their journals still hold. */
export type JournalReset = ConsumerReset;

/** Values of maps that are not predictions, from the bytes as they lie in the grid: hash i32, type i32, value. */
export type ValueDecoder = (data: Buffer, map: string) => unknown;

export interface DecodedEvents {
  readonly events: readonly (PredictionEvent | MapEvent<unknown>)[];
  /** Values of a predictions map that are no predictions of ours. */
  readonly foreign: number;
}

/** @throws what `decodeValue` throws */
export function decodeEvents(
  map: string,
  parts: readonly ConsumedEvents[],
  decodeValue: ValueDecoder = (data) => data,
): DecodedEvents {
  const isPrediction = map.startsWith('predictions.');
  const events: (PredictionEvent | MapEvent<unknown>)[] = [];
  let foreign = 0;
  for (const { partition, events: journaled } of parts) {
    for (const event of journaled) {
      const place = placeOf(partition, event);
      const { value } = event;
      if (!isPrediction) events.push({ ...place, value: value && decodeValue(value, map) });
      else {
        const prediction = value && decodePrediction(value);
        if (prediction === undefined) foreign++;
        else events.push({ ...place, prediction: prediction && toPlain(prediction) });
      }
    }
  }
  return { events, foreign };
}

function placeOf(partition: number, { key: keyData, sequence }: JournalEvent): EventPlace {
  const key = decodeKey(keyData);
  return key === undefined ? { key: null, keyData, partition, sequence } : { key, partition, sequence };
}

/** The fingerprint is for audits, and a bigint is nothing for JSON. */
function toPlain({ fingerprint: _, ...prediction }: Prediction): Omit<Prediction, 'fingerprint'> {
  return prediction;
}
