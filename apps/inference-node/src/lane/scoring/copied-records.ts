import { type BatchSegment, type PartitionTenure, type RecordBatch, ROW } from '@nearscore/grid';

/** What a copy takes besides its bytes, about. */
const OVERHEAD_BYTES = 256;

/** A row of a batch that has ended. */
export interface CopiedRecord {
  /** The key's Data as latin1. */
  readonly key: string;
  readonly partition: number;
  readonly sequence: number;
  /** The key's Data, then the value's. */
  readonly bytes: Buffer;
  readonly keyLength: number;
  /** In which it was read. */
  readonly tenure: PartitionTenure | undefined;
  /** ms of the monotonic clock */
  readonly copiedAt: number;
}

export interface CopyLimits {
  readonly records: number;
  readonly bytes: number;
}

/** Records that wait for what is not urgent, oldest first; of a key the last one alone. Bounded. */
export class CopiedRecords {
  private readonly byKey = new Map<string, CopiedRecord>();
  private bytes = 0;

  constructor(private readonly limits: CopyLimits) {}

  get size(): number {
    return this.byKey.size;
  }

  /** Has room for no record, however small. */
  get isFull(): boolean {
    return this.size >= this.limits.records || this.bytes >= this.limits.bytes;
  }

  /** Copies a row of the segment. Returns false when there is no room for it. */
  copy(batch: RecordBatch, segment: BatchSegment, row: number, tenure?: PartitionTenure): boolean {
    if (this.isFull) return false;
    const record = copyOf(batch, segment, row, tenure);
    this.drop(record.key);
    if (this.bytes + costOf(record) > this.limits.bytes) return false;
    this.put(record);
    return true;
  }

  /** Gives back what was taken, as the newest; unless a later one of its key has come. */
  putBack(record: CopiedRecord): void {
    if (!this.byKey.has(record.key)) this.put(record);
  }

  drop(key: string): void {
    const record = this.byKey.get(key);
    if (!record) return;
    this.byKey.delete(key);
    this.bytes -= costOf(record);
  }

  /** Takes the oldest out, up to `max`. */
  take(max: number): CopiedRecord[] {
    const taken: CopiedRecord[] = [];
    for (const record of this.byKey.values()) {
      if (taken.length >= max) break;
      taken.push(record);
    }
    for (const { key } of taken) this.drop(key);
    return taken;
  }

  private put(record: CopiedRecord): void {
    this.byKey.set(record.key, record);
    this.bytes += costOf(record);
  }
}

export function keyOfRow(batch: RecordBatch, { bytes }: BatchSegment, row: number): string {
  return bytes.toString('latin1', batch.keyStart[row], batch.keyEnd[row]);
}

/**
 * Fills a batch with copies, ordered by partition, so that it can be scored and stored like any other. They must be of
 * different keys.
 *
 * @returns the record of each row
 */
export function fillBatch(batch: RecordBatch, records: readonly CopiedRecord[]): readonly CopiedRecord[] {
  const ordered = [...records].sort((a, b) => a.partition - b.partition);
  const bytes = Buffer.concat(ordered.map((record) => record.bytes));
  batch.clear();
  let at = 0;
  let segment: BatchSegment | undefined;
  for (const { partition, sequence, keyLength, bytes: copied } of ordered) {
    if (segment?.partition !== partition) segment = batch.openSegment(partition, bytes, ordered.length);
    batch.addRow(ROW.score, sequence, at, at + keyLength, at + keyLength, at + copied.length);
    at += copied.length;
    segment.rowCount++;
  }
  return ordered;
}

/** On the lane's own path: no object but the record is made. */
function copyOf(batch: RecordBatch, segment: BatchSegment, row: number, tenure?: PartitionTenure): CopiedRecord {
  const keyStart = batch.keyStart[row] ?? 0;
  const keyEnd = batch.keyEnd[row] ?? 0;
  const valueStart = batch.valueStart[row] ?? 0;
  const valueEnd = batch.valueEnd[row] ?? 0;
  const keyLength = keyEnd - keyStart;
  const bytes = Buffer.allocUnsafe(keyLength + valueEnd - valueStart);
  segment.bytes.copy(bytes, 0, keyStart, keyEnd);
  segment.bytes.copy(bytes, keyLength, valueStart, valueEnd);
  return {
    key: keyOfRow(batch, segment, row),
    partition: segment.partition,
    sequence: batch.sequence[row] ?? 0,
    bytes,
    keyLength,
    tenure,
    copiedAt: performance.now(),
  };
}

function costOf({ bytes }: CopiedRecord): number {
  return bytes.length + OVERHEAD_BYTES;
}
