import { type MapEntry, type RecordMap } from '@nearscore/grid';
import { decodeKey, decodePrediction } from '@nearscore/records';
import { toPredictionView } from '../predictions/prediction-view';
import { bigintAsJson } from '../records/records.service';

/** What is exported, and how an entry is told. */
export interface ExportSource {
  readonly map: string;
  /** Whether the end tells from where in the journals the changes since follow. */
  readonly isFollowed: boolean;
  /** One JSON text per entry. */
  toLines(partition: number, entries: readonly MapEntry[]): Promise<string[]>;
}

/** `{"key", "partition", "value"}`; `error` in place of a value that is no record. */
export function recordSource(map: string, records: Pick<RecordMap, 'decode'>): ExportSource {
  return {
    map,
    isFollowed: false,
    toLines: async (partition, entries) => {
      const decoded = await records.decode(entries.map(({ value }) => value));
      return entries.map(({ key }, at) => {
        const record = decoded[at];
        const place = { ...keyOf(key), partition };
        if (record && 'content' in record) {
          return JSON.stringify({ ...place, value: record.content }, bigintAsJson);
        }
        return unreadable(place, record?.error.message ?? '');
      });
    },
  };
}

/** PredictionView; `error` in place of a value that is no prediction. */
export function predictionSource(map: string): ExportSource {
  return {
    map,
    isFollowed: true,
    toLines: async (partition, entries) =>
      entries.map(({ key, value }) => {
        const prediction = decodePrediction(value);
        const place = keyOf(key);
        if (prediction) {
          return JSON.stringify({ ...toPredictionView(place.key, partition, prediction), ...place });
        }
        return unreadable({ ...place, partition }, 'The value is no prediction.');
      }),
  };
}

/** A key that is neither text nor an integer is told by its bytes. */
function keyOf(data: Buffer): { key: string } | { key: null; keyData: string } {
  const key = decodeKey(data);
  return key === undefined ? { key: null, keyData: data.toString('base64') } : { key };
}

function unreadable(place: object, message: string): string {
  return JSON.stringify({ ...place, error: { code: 'GRID_VALUE_UNREADABLE', message } });
}
