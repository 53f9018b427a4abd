import { type BatchSegment, type RecordBatch, ROW } from './record-batch';
import { type Fingerprint, isSameFingerprint } from './record-identity';

/** More are forgotten, oldest first; an audit then only scores them again in vain. */
const MAX_KEYS = 10_000;
/** Buckets of the look before the look: most keys that are not parked cost one byte's reading. */
const BUCKETS = 4_096;

const NONE: readonly LeavingKey[] = [];

/** With what it was parked when its prediction was sent: it may be parked anew meanwhile. */
interface LeavingKey extends UnparkedKey {
  readonly fingerprint: Fingerprint;
}

/** A key that was parked until an event of it, up to this sequence, was scored or removed. */
export interface UnparkedKey {
  /** The key's Data as latin1. */
  readonly key: string;
  readonly sequence: number;
}

/** The records of a partition that could not be scored, so that nobody takes them for forgotten ones. */
export class ParkedKeys {
  private readonly fingerprints = new Map<string, Fingerprint>();
  /** Which buckets had a key since none was parked. */
  private buckets: Uint8Array | undefined;
  private leaving: readonly LeavingKey[] = NONE;

  add(key: string, fingerprint: Fingerprint): void {
    this.fingerprints.delete(key);
    this.fingerprints.set(key, fingerprint);
    this.buckets ??= new Uint8Array(BUCKETS);
    const bytes = Buffer.from(key, 'latin1');
    this.buckets[bucketOf(bytes, 0, bytes.length)] = 1;
    if (this.fingerprints.size <= MAX_KEYS) return;
    for (const oldest of this.fingerprints.keys()) {
      this.fingerprints.delete(oldest);
      return;
    }
  }

  /** Whether this very record was parked. */
  has(key: string, fingerprint: Fingerprint): boolean {
    const parked = this.fingerprints.get(key);
    return parked !== undefined && isSameFingerprint(parked, fingerprint);
  }

  /** Whether some record of the key was. */
  hasKey(key: string): boolean {
    return this.fingerprints.has(key);
  }

  /** Its record has a prediction, or is none any more. */
  forget(key: string): void {
    this.fingerprints.delete(key);
    if (this.fingerprints.size === 0) this.buckets = undefined;
  }

  /** Notes which parked keys the segment has a prediction or a removal for: they leave when it is stored. */
  storing(batch: RecordBatch, segment: BatchSegment): void {
    this.leaving = this.fingerprints.size === 0 ? NONE : this.keysIn(batch, segment);
  }

  /** What was noted is stored. Returns the keys that have left. */
  stored(): readonly UnparkedKey[] {
    const left = this.leaving;
    this.leaving = NONE;
    for (const { key, fingerprint } of left) if (this.fingerprints.get(key) === fingerprint) this.forget(key);
    return left;
  }

  private keysIn(batch: RecordBatch, { bytes, firstRow, rowCount }: BatchSegment): readonly LeavingKey[] {
    const keys: LeavingKey[] = [];
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      const start = batch.keyStart[row] ?? 0;
      const end = batch.keyEnd[row] ?? 0;
      if (this.buckets?.[bucketOf(bytes, start, end)] !== 1 || !isDone(batch, row)) continue;
      const key = bytes.toString('latin1', start, end);
      const fingerprint = this.fingerprints.get(key);
      if (fingerprint) keys.push({ key, sequence: batch.sequence[row] ?? 0, fingerprint });
    }
    return keys;
  }
}

function isDone(batch: RecordBatch, row: number): boolean {
  return batch.kind[row] === ROW.remove || (batch.kind[row] === ROW.score && (batch.predictionEnd[row] ?? 0) > 0);
}

/** Of a key's last bytes: keys differ there first, and reading more would cost more than it saves. */
function bucketOf(bytes: Buffer, start: number, end: number): number {
  if (end - start < 4) return 0;
  return (Math.imul(bytes.readInt32LE(end - 4) ^ (end - start), 0x9e3779b1) >>> 16) & (BUCKETS - 1);
}
