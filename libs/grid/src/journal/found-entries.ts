import { type FoundEntries } from './partition-channel';
import { type Fingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';
import { type EventOffsets } from './replay-zone';

/** What predictions say of their records, by key. Those that are none are left out. */
export function stampsOf(identity: RecordIdentity, found: FoundEntries): Map<string, PredictionStamp> {
  const stamps = new Map<string, PredictionStamp>();
  eachEntry(found, (key, [, , start, end]) => {
    const stamp: PredictionStamp = { sequence: -1, epoch: 0, high: 0, low: 0 };
    if (identity.stampOf(found.bytes, start, end, stamp)) stamps.set(key, stamp);
  });
  return stamps;
}

/** Fingerprints of records, by key. */
export function fingerprintsOf(identity: RecordIdentity, found: FoundEntries): Map<string, Fingerprint> {
  const fingerprints = new Map<string, Fingerprint>();
  eachEntry(found, (key, [, , start, end]) => {
    const fingerprint: Fingerprint = { high: 0, low: 0 };
    identity.fingerprintOf(found.bytes, start, end, fingerprint);
    fingerprints.set(key, fingerprint);
  });
  return fingerprints;
}

/** [start, end) of the keys that are wanted. */
export function keysAmong(found: FoundEntries, isWanted: (key: string) => boolean): [number, number][] {
  const keys: [number, number][] = [];
  eachEntry(found, (key, [start, end]) => {
    if (isWanted(key)) keys.push([start, end]);
  });
  return keys;
}

export function eachEntry({ bytes, offsets }: FoundEntries, take: (key: string, entry: EventOffsets) => void): void {
  for (let i = 0; i < offsets.length; i += 4) {
    const entry: EventOffsets = [offsets[i] ?? 0, offsets[i + 1] ?? 0, offsets[i + 2] ?? 0, offsets[i + 3] ?? 0];
    take(bytes.toString('latin1', entry[0], entry[1]), entry);
  }
}
