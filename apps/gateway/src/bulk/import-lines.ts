import { type NearscoreError } from '@nearscore/errors';
import { type RecordItem } from '../records/record-items';
import { type RecordSink } from './record-reader';

/** Records of successive lines, written with one call. */
export interface ImportBatch {
  readonly firstLine: number;
  readonly items: readonly RecordItem[];
}

export interface ImportLinesOptions {
  /** So many lines are counted, but not looked at. */
  readonly skip: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly onBatch: (batch: ImportBatch) => void;
  readonly onFault: (line: number, error: NearscoreError) => void;
}

/** Counts lines and gathers their records into batches. */
export class ImportLines implements RecordSink {
  /** Lines that were begun, those passed over among them. */
  count = 0;
  failed = 0;
  private items: RecordItem[] = [];
  private bytes = 0;
  private firstLine = 0;

  constructor(private readonly options: ImportLinesOptions) {}

  get isSkipping(): boolean {
    return this.count < this.options.skip;
  }

  /** The first line whose record is in no batch yet. */
  get firstGathered(): number | undefined {
    return this.items.length > 0 ? this.firstLine : undefined;
  }

  begin(): boolean {
    return ++this.count > this.options.skip;
  }

  record(item: RecordItem, bytes: number): void {
    const { maxBatchRecords, maxBatchBytes } = this.options;
    if (this.items.length === 0) this.firstLine = this.count;
    this.items.push(item);
    this.bytes += bytes;
    if (this.items.length >= maxBatchRecords || this.bytes >= maxBatchBytes) this.flush();
  }

  fault(error: NearscoreError): void {
    this.failed++;
    this.options.onFault(this.count, error);
  }

  /** Hands over what is gathered, full or not. */
  flush(): void {
    if (this.items.length === 0) return;
    const { items, firstLine } = this;
    this.items = [];
    this.bytes = 0;
    this.options.onBatch({ firstLine, items });
  }
}
