import { HazelcastJsonValue } from 'hazelcast-client';
import { exampleModel } from '@nearscore/local-cluster';
import { type Fingerprint, fingerprintOf } from '@nearscore/records';
import { ClientSerialization } from '../../fixtures/client-serialization';

export const MODEL = 'phishing';
export const MODEL_VERSION = 1;

const { records, expected } = exampleModel(MODEL);

export const ROWS = records.length;

/** scikit-learn's score. */
export function expectedScore(row: number): number {
  return expected.get(records[row]?.key ?? '')?.[MODEL_VERSION] ?? NaN;
}

/** A record as JSON, with a field that is no feature and makes every write's bytes its own. */
export function recordOf(key: string, version: number, row: number): HazelcastJsonValue {
  return new HazelcastJsonValue(JSON.stringify({ ...records[row]?.values, written: `${key}@${version}` }));
}

/** A record as the stock client reads it: parsed. */
export interface ReadRecord {
  readonly written: string;
}

export function versionOf({ written }: ReadRecord): number {
  return Number(written.slice(written.lastIndexOf('@') + 1));
}

const serialization = new ClientSerialization();

/** As in a prediction: of the bytes that lie in the grid. */
export function fingerprintOfRecord(record: HazelcastJsonValue): string {
  const bytes = serialization.toBytes(record);
  const halves: Fingerprint = { high: 0, low: 0 };
  fingerprintOf(bytes, 0, bytes.length, halves);
  return fingerprintText((BigInt(halves.high) << 32n) | BigInt(halves.low >>> 0));
}

export function fingerprintText(fingerprint: bigint): string {
  return BigInt.asUintN(64, fingerprint).toString(16).padStart(16, '0');
}
