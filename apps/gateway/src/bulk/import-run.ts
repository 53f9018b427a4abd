import { type NearscoreError } from '@nearscore/errors';
import { shownError } from '../http/shown-error';
import { BatchPipeline } from './batch-pipeline';
import { type BodyChunks } from './body-chunks';
import { type ImportBatch, ImportLines } from './import-lines';
import { type ImportProgress, type ImportReport } from './import-report';
import { type RecordReader, type RecordSink } from './record-reader';

/**
 * The largest batches: the cost per record does not fall beyond, and a batch blocks the event loop while it is
 * serialized.
 */
const MAX_BATCH_RECORDS = 1_000;
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_BATCHES_IN_FLIGHT = 4;
const PROGRESS_LINES = 10_000;
const PROGRESS_INTERVAL_MS = 1_000;
/** How long an import that is over waits for writes that are under way, to tell what became of them. */
const SETTLE_TIMEOUT_MS = 2_000;

export interface ImportRunParts {
  readonly body: BodyChunks;
  readonly createReader: (sink: RecordSink) => RecordReader;
  /** Puts up with trouble that passes. */
  readonly write: (batch: ImportBatch) => Promise<void>;
  readonly report: ImportReport;
  readonly skip: number;
  /** Ends the import; the reason is told to the client. It is aborted at the latest when the import is over. */
  readonly ending: AbortController;
  readonly onAborted: (error: NearscoreError) => void;
}

/**
 * One import: pieces of the body become lines, lines become batches, and batches are written a few at once. Memory
 * holds one piece, the beginning of one line, and the batches: the body is read on when there is room for more.
 */
export class ImportRun {
  private readonly lines: ImportLines;
  private readonly pipeline: BatchPipeline;
  private readonly reader: RecordReader;
  private written = 0;
  private lastLine: number;

  constructor(private readonly parts: ImportRunParts) {
    const { report, skip, write } = parts;
    this.pipeline = new BatchPipeline({
      write,
      maxInFlight: MAX_BATCHES_IN_FLIGHT,
      onWritten: (batch) => this.afterBatch(batch),
    });
    this.lines = new ImportLines({
      ...{ skip, maxBatchRecords: MAX_BATCH_RECORDS, maxBatchBytes: MAX_BATCH_BYTES },
      onBatch: (batch) => this.pipeline.add(batch),
      onFault: (line, error) => report.fault(line, error),
    });
    this.reader = parts.createReader(this.lines);
    this.lastLine = skip;
  }

  /** Reads up to where the body may still be refused as a whole. Rejects with the refusal; nothing is written then. */
  async begin(): Promise<void> {
    while (!this.reader.hasBegun) this.take(await this.parts.body.next(this.parts.ending.signal));
  }

  /** All the rest; to be called after `begin`. Whatever happens is told by the report. */
  async run(): Promise<void> {
    const ticking = setInterval(() => this.tell(), PROGRESS_INTERVAL_MS);
    // The client learns at once that its body is being read.
    this.tell();
    try {
      while (await this.readOn());
      await this.pipeline.written();
      this.parts.report.done(this.lines.count, this.counts());
    } catch (error) {
      this.parts.ending.abort(error);
      await settledInTime(this.pipeline.settled());
      const shown = shownError(error);
      this.parts.onAborted(shown);
      this.parts.report.aborted(shown, { ...this.counts(), line: this.lineDone() });
    } finally {
      clearInterval(ticking);
    }
  }

  /** False: that was all. */
  private async readOn(): Promise<boolean> {
    const { body, report, ending } = this.parts;
    const chunk = await body.next(ending.signal);
    this.take(chunk);
    await this.pipeline.begun();
    await report.room(ending.signal);
    return chunk !== undefined;
  }

  private take(chunk: Buffer | undefined): void {
    if (chunk === undefined) this.reader.end();
    else this.reader.push(chunk);
    if (chunk === undefined || this.pipeline.isIdle) this.lines.flush();
    this.tellNews();
  }

  /** A body that trickles fills no batch: what has come is written as soon as nothing else is being written. */
  private afterBatch({ items }: ImportBatch): void {
    this.written += items.length;
    if (this.pipeline.isIdle) this.lines.flush();
    this.tellNews();
  }

  private tellNews(): void {
    if (this.lineDone() >= this.lastLine + PROGRESS_LINES) this.tell();
  }

  private tell(): void {
    this.lastLine = this.lineDone();
    this.parts.report.progress({ ...this.counts(), line: this.lastLine });
  }

  private counts(): Omit<ImportProgress, 'line'> {
    return { written: this.written, failed: this.lines.failed };
  }

  /** The client has counted what it lets pass over as done. */
  private lineDone(): number {
    const undone = this.pipeline.firstUnwritten ?? this.lines.firstGathered ?? this.lines.count + 1;
    return Math.max(undone - 1, this.parts.skip);
  }
}

async function settledInTime(settled: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, SETTLE_TIMEOUT_MS)));
  await Promise.race([settled, late]);
  clearTimeout(timer);
}
