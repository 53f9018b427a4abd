/** What is to be done with a row of a batch. */
export const ROW = { score: 0, remove: 1, superseded: 2 } as const;

/** A run of rows that came from one partition by one reading. */
export interface BatchSegment {
  readonly partition: number;
  /** The bytes that the rows' offsets point into; valid until the batch's handler has settled. */
  readonly bytes: Buffer;
  readonly firstRow: number;
  rowCount: number;
}

/** Why a row got no prediction. `code` and `field` name the fault; `message` never holds the record's values. */
export interface RowFailure {
  readonly row: number;
  readonly code: string;
  readonly field?: string | undefined;
  readonly message: string;
}

/**
 * Records of one stream on their way through a lane, as views: no object per record, only offsets in typed arrays. Rows
 * stand in journal order within a segment. The handler decodes, scores and calls `setPrediction` or `fail` for every row
 * of kind `ROW.score`.
 */
export class RecordBatch {
  count = 0;
  readonly segments: BatchSegment[] = [];
  readonly failures: RowFailure[] = [];

  kind = new Uint8Array(0);
  keyStart = new Int32Array(0);
  keyEnd = new Int32Array(0);
  valueStart = new Int32Array(0);
  valueEnd = new Int32Array(0);
  /** The journal sequence of each row's event (below 2^53). */
  sequence = new Float64Array(0);
  /** Where each row's prediction lies in `predictions`; end 0 means none. */
  predictionStart = new Int32Array(0);
  predictionEnd = new Int32Array(0);
  /** Serialized predictions, written by the handler. */
  predictions = Buffer.allocUnsafe(0);

  constructor(
    readonly stream: string,
    capacity: number,
  ) {
    this.reserve(capacity);
  }

  openSegment(partition: number, bytes: Buffer, expectedRows: number): BatchSegment {
    this.reserve(this.count + expectedRows);
    const segment = { partition, bytes, firstRow: this.count, rowCount: 0 };
    this.segments.push(segment);
    return segment;
  }

  /** Appends a row to the segment opened last. */
  addRow(kind: number, sequence: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const row = this.count++;
    this.kind[row] = kind;
    this.sequence[row] = sequence;
    this.keyStart[row] = keyStart;
    this.keyEnd[row] = keyEnd;
    this.valueStart[row] = valueStart;
    this.valueEnd[row] = valueEnd;
    this.predictionEnd[row] = 0;
  }

  /** Takes back the segment opened last. */
  dropSegment(segment: BatchSegment): void {
    this.segments.pop();
    this.count = segment.firstRow;
  }

  setPrediction(row: number, start: number, end: number): void {
    this.predictionStart[row] = start;
    this.predictionEnd[row] = end;
  }

  fail(failure: RowFailure): void {
    this.failures.push(failure);
  }

  /** Makes `predictions` hold at least so many bytes; earlier contents are lost. */
  reservePredictions(bytes: number): void {
    if (this.predictions.length < bytes) this.predictions = Buffer.allocUnsafe(bytes);
  }

  clear(): void {
    this.count = 0;
    this.segments.length = 0;
    this.failures.length = 0;
  }

  private reserve(rows: number): void {
    if (rows <= this.kind.length) return;
    const size = Math.max(rows, this.kind.length * 2);
    const grown = <T extends { set(from: T): void }>(next: T, old: T): T => {
      next.set(old);
      return next;
    };
    this.kind = grown(new Uint8Array(size), this.kind);
    this.keyStart = grown(new Int32Array(size), this.keyStart);
    this.keyEnd = grown(new Int32Array(size), this.keyEnd);
    this.valueStart = grown(new Int32Array(size), this.valueStart);
    this.valueEnd = grown(new Int32Array(size), this.valueEnd);
    this.sequence = grown(new Float64Array(size), this.sequence);
    this.predictionStart = grown(new Int32Array(size), this.predictionStart);
    this.predictionEnd = grown(new Int32Array(size), this.predictionEnd);
  }
}

/**
 * Keeps only each key's last event of a segment. Needed when records were removed: puts and removals of a segment are
 * sent as separate messages, so a key must not be in both.
 */
export function supersedeEarlierEvents(batch: RecordBatch, segment: BatchSegment): void {
  const seen = new Set<string>();
  for (let row = segment.firstRow + segment.rowCount - 1; row >= segment.firstRow; row--) {
    const key = segment.bytes.toString('latin1', batch.keyStart[row], batch.keyEnd[row]);
    if (seen.has(key)) batch.kind[row] = ROW.superseded;
    seen.add(key);
  }
}
