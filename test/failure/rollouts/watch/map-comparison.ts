import { type MapReader, type ScanPosition } from '@nearscore/grid';
import { decodeKey, decodePrediction, type Fingerprint, fingerprintOf, fingerprintToBigInt } from '@nearscore/records';

const PAGE_SIZE = 1_000;

/**
 * Compares all records with their predictions, entry by entry, where nothing is written meanwhile.
 *
 * @returns what of both does not fit together
 */
export async function unlikeRecords(reader: MapReader, stream: string, partitions: number): Promise<string[]> {
  const unlike: string[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const records = await entriesOf(reader, `features.${stream}`, partition, recordFingerprint);
    const predictions = await entriesOf(reader, `predictions.${stream}`, partition, scoredFingerprint);
    for (const [key, fingerprint] of records) {
      const scored = predictions.get(key);
      if (scored === undefined) unlike.push(`${key} has no prediction`);
      else if (scored !== fingerprint) unlike.push(`${key} has a prediction of another record`);
    }
    for (const key of predictions.keys()) if (!records.has(key)) unlike.push(`${key} has a prediction and no record`);
  }
  return unlike;
}

async function entriesOf(
  reader: MapReader,
  map: string,
  partition: number,
  fingerprint: (value: Buffer) => bigint,
): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  let from: ScanPosition;
  do {
    const { entries, next } = await reader.readEntries(map, partition, from, PAGE_SIZE);
    for (const { key, value } of entries) found.set(String(decodeKey(key)), fingerprint(value));
    from = next;
  } while (from !== undefined);
  return found;
}

function recordFingerprint(bytes: Buffer): bigint {
  const halves: Fingerprint = { high: 0, low: 0 };
  fingerprintOf(bytes, 0, bytes.length, halves);
  return fingerprintToBigInt(halves);
}

function scoredFingerprint(bytes: Buffer): bigint {
  const prediction = decodePrediction(bytes);
  if (!prediction) throw new Error('what lies there is no prediction');
  return prediction.fingerprint;
}
