import { type NearscoreError } from '@nearscore/errors';
import { type ParkedKeys } from './parked-keys';
import { type PartitionChannel } from './partition-channel';
import { PendingStore } from './pending-store';
import { type BatchSegment, type RecordBatch, ROW, supersedeEarlierEvents } from './record-batch';
import { type Fingerprint, type RecordIdentity } from './record-identity';
import { fingerprintOfEvent } from './replay-zone';

/** About how many bytes one reading may bring: bounds a lane's memory whatever the size of records. */
const READING_BYTES = 1024 * 1024;
const FIRST_ROW_LIMIT = 64;

/** What a follower has in its lane's batch, from the reading until the last write is acknowledged. */
export class SegmentInFlight {
  /** Most rows that the next reading should bring. */
  rowLimit: number;
  /** Fingerprint of the last event. */
  readonly tail: Fingerprint = { high: 0, low: 0 };
  readonly pending = new PendingStore();
  private batch: RecordBatch | undefined;
  private segment: BatchSegment | undefined;
  private hasRemovals = false;

  /** @param lane whose `maxRows` may change */
  constructor(private readonly lane: { readonly maxRows: number }) {
    this.rowLimit = Math.min(FIRST_ROW_LIMIT, lane.maxRows);
  }

  get isOpen(): boolean {
    return this.segment !== undefined;
  }

  open(batch: RecordBatch, partition: number, rows: number, bytes: Buffer): void {
    this.batch = batch;
    this.segment = batch.openSegment(partition, bytes, rows);
    this.hasRemovals = false;
  }

  /** @param first the sequence of the segment's first event */
  addEvent(
    removal: boolean,
    first: number,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const { batch, segment } = this;
    if (!batch || !segment) return;
    if (removal) this.hasRemovals = true;
    const sequence = first + batch.count - segment.firstRow;
    batch.addRow(removal ? ROW.remove : ROW.score, sequence, keyStart, keyEnd, valueStart, valueEnd);
  }

  /** Adds rows otherwise. */
  fill(rows: { addTo(batch: RecordBatch): void }, hasRemovals: boolean): void {
    if (this.batch) rows.addTo(this.batch);
    this.hasRemovals = hasRemovals;
  }

  /** All rows are there. */
  seal(identity: RecordIdentity): void {
    const { batch, segment } = this;
    if (!batch || !segment) return;
    segment.rowCount = batch.count - segment.firstRow;
    if (this.hasRemovals) supersedeEarlierEvents(batch, segment);
    const last = batch.count - 1;
    const keyStart = batch.keyStart[last] ?? 0;
    const keyEnd = batch.keyEnd[last] ?? 0;
    const valueStart = batch.valueStart[last] ?? 0;
    const valueEnd = batch.valueEnd[last] ?? 0;
    fingerprintOfEvent(identity, segment.bytes, keyStart, keyEnd, valueStart, valueEnd, this.tail);
    const bytesPerRow = (Math.max(keyEnd, valueEnd) - (batch.keyStart[segment.firstRow] ?? 0)) / segment.rowCount;
    this.rowLimit = Math.min(this.lane.maxRows, Math.max(1, Math.floor(READING_BYTES / Math.max(1, bytesPerRow))));
  }

  /** Rows to be scored that the handler left without a prediction. */
  unanswered(): number {
    return this.batch && this.segment ? this.pending.count(this.batch, this.segment) : 0;
  }

  /** Sends the predictions. Returns whether there is an acknowledgement to wait for. */
  send(channel: PartitionChannel, furtherAcks: number, parked: ParkedKeys): boolean {
    if (this.batch && this.segment) parked.storing(this.batch, this.segment);
    const acks = this.batch && this.segment ? channel.store(this.batch, this.segment) : 0;
    this.clear();
    return this.pending.expect(acks + furtherAcks);
  }

  settle(error?: NearscoreError): { error: NearscoreError | undefined } | undefined {
    return this.pending.settle(error);
  }

  /** Its rows stay in the batch; nobody stores what becomes of them. */
  clear(): void {
    this.batch = this.segment = undefined;
  }

  /** The answer broke off in the middle: its rows have no owner and must not be scored. */
  drop(): void {
    if (this.segment) this.batch?.dropSegment(this.segment);
    this.clear();
  }

  halveRowLimit(): void {
    this.rowLimit = Math.max(1, Math.floor(this.rowLimit / 2));
  }
}
