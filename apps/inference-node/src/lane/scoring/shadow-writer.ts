import { type BatchSegment, RecordBatch, ROW } from '@nearscore/grid';
import { type LaneShadow } from '@nearscore/grid-transport';
import { type CandidateFigures } from './candidate-figures';
import { type CopiedRecord, CopiedRecords, fillBatch, keyOfRow } from './copied-records';
import { type VersionScorer } from './version-scorer';

/** Of one stream in one lane. */
const LIMITS = { records: 8_192, bytes: 16 * 1024 * 1024 };
/** A slice is halved when it takes longer than the one, and doubled when it takes less than the other. */
const [LONG_MS, SHORT_MS] = [4, 1];
/** Until the predictions of what waits are stored. */
const UNSTORED_WAIT_MS = 5;
const AFTER_FAILURE_MS = 100;
/** What is not stored by then will never be, as it was read. */
const MAX_AGE_MS = 10_000;
/** Records that are looked at for one of a slice, where most wait. */
const LOOKS_PER_ROW = 4;

/**
 * Scores copies of a stream's records with the candidate and writes what comes of it into the shadow map. A record's turn
 * comes when its prediction is stored, and never in another tenure than that in which it was read: so shadows go forward per
 * key as predictions do, whoever scored the partition before. What there is no time or room for is passed over, and counted.
 */
export class ShadowWriter {
  private readonly queue = new CopiedRecords(LIMITS);
  /** Of the slice at hand; what is removed meanwhile is taken out. */
  private readonly inHand = new Map<string, CopiedRecord>();
  private readonly batch: RecordBatch;
  private rows: number;
  private stopped = false;

  /** @param maxRows most records in one slice; `scorer` must take so many */
  constructor(
    stream: string,
    private readonly scorer: VersionScorer,
    private readonly shadow: LaneShadow,
    private readonly figures: CandidateFigures,
    private readonly maxRows: number,
  ) {
    this.rows = maxRows;
    this.batch = new RecordBatch(stream, maxRows);
  }

  /** Copies what is to be scored. Removed records are forgotten: their shadows are removed with their predictions. */
  copy(batch: RecordBatch): void {
    for (const segment of batch.segments) this.copySegment(batch, segment);
  }

  /** Scores and writes up to `maxRows` records. Returns them, and in how many ms there may be more to do; undefined: nothing. */
  async slice(): Promise<{ records: readonly CopiedRecord[]; nextInMs: number | undefined }> {
    const records = this.takeStored();
    if (records.length === 0) return { records, nextInMs: this.queue.size > 0 ? UNSTORED_WAIT_MS : undefined };
    for (const record of records) this.inHand.set(record.key, record);
    const isWritten = await this.scoreAndWrite(records).then(
      () => true,
      () => false,
    );
    // It is unknown whether they were written: once more is no harm.
    if (!isWritten) for (const record of this.inHand.values()) this.queue.putBack(record);
    this.inHand.clear();
    return { records, nextInMs: isWritten ? 0 : AFTER_FAILURE_MS };
  }

  /** Begins no more writing, also not of the slice at hand. */
  stop(): void {
    this.stopped = true;
  }

  close(): void {
    this.shadow.close();
  }

  private copySegment(batch: RecordBatch, segment: BatchSegment): void {
    const tenure = this.shadow.tenureOf(segment.partition);
    for (let row = segment.firstRow; row < segment.firstRow + segment.rowCount; row++) {
      if (batch.kind[row] === ROW.remove) this.forget(keyOfRow(batch, segment, row));
      else if (batch.kind[row] === ROW.score && !this.queue.copy(batch, segment, row, tenure)) this.figures.shed++;
    }
  }

  private forget(key: string): void {
    this.queue.drop(key);
    this.inHand.delete(key);
  }

  private takeStored(): CopiedRecord[] {
    const oldest = performance.now() - MAX_AGE_MS;
    const stored: CopiedRecord[] = [];
    for (const record of this.queue.take(this.rows * LOOKS_PER_ROW)) {
      const { tenure, sequence, copiedAt } = record;
      if (!tenure || tenure.isOver) this.figures.shed++;
      else if (stored.length < this.rows && tenure.hasStored(sequence)) stored.push(record);
      else if (copiedAt < oldest) this.figures.shed++;
      else this.queue.putBack(record);
    }
    return stored;
  }

  private async scoreAndWrite(records: readonly CopiedRecord[]): Promise<void> {
    const { batch, scorer, figures } = this;
    const ordered = fillBatch(batch, records);
    batch.reservePredictions(batch.count * scorer.maxByteLength);
    const startedAt = performance.now();
    await scorer.score(batch, batch.kind, ROW.score);
    this.adapt(performance.now() - startedAt);
    figures.failed += batch.failures.length;
    figures.samples += batch.count - batch.failures.length;
    ordered.forEach((record, row) => {
      // Since it was taken, its record may have been removed, or its partition lost.
      if (this.mayBeWritten(record)) return;
      batch.kind[row] = ROW.superseded;
      this.inHand.delete(record.key);
    });
    await this.shadow.store(batch);
  }

  private mayBeWritten({ key, tenure, sequence }: CopiedRecord): boolean {
    return !this.stopped && this.inHand.has(key) && tenure?.hasStored(sequence) === true;
  }

  private adapt(ms: number): void {
    if (ms > LONG_MS) this.rows = Math.max(1, this.rows >> 1);
    else if (ms < SHORT_MS) this.rows = Math.min(this.maxRows, this.rows * 2);
  }
}
