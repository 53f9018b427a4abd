import { type Readable, PassThrough } from 'node:stream';
import { NearscoreError } from '@nearscore/errors';
import { lineOf } from './answer-lines';
import { ImportAbortedError, SlowReaderError } from './bulk.errors';

/** What an import has done so far, in this request. */
export interface ImportCounts {
  readonly written: number;
  readonly failed: number;
}

/** Every line up to `line` is written, or was told as faulty, or was to be passed over. */
export interface ImportProgress extends ImportCounts {
  readonly line: number;
}

/** The answer of an import whose client asked for no lines. */
export interface ImportSummary extends ImportCounts {
  readonly lines: number;
  /** The first of them. */
  readonly errors: readonly LineFault[];
}

export interface LineFault {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Tells the client of an import how it goes. */
export interface ImportReport {
  fault(line: number, error: NearscoreError): void;
  progress(progress: ImportProgress): void;
  done(lines: number, counts: ImportCounts): void;
  aborted(error: NearscoreError, progress: ImportProgress): void;
  /** Resolves when more may be told. SlowReaderError when the client does not read. */
  room(signal: AbortSignal): Promise<void>;
}

/** Line by line, while it goes. */
export class LiveReport implements ImportReport {
  private readonly lines = new PassThrough();

  /** @param readTimeoutMs how long the client may leave the answer unread */
  constructor(private readonly readTimeoutMs: number) {}

  /** NDJSON, to be sent. */
  get stream(): Readable {
    return this.lines;
  }

  fault(line: number, { code, message, details }: NearscoreError): void {
    this.write({ error: { line, code, message, details } });
  }

  progress({ line, written, failed }: ImportProgress): void {
    if (!this.lines.writableNeedDrain) this.write({ progress: { line, written, failed } });
  }

  done(lines: number, { written, failed }: ImportCounts): void {
    this.write({ done: { lines, written, failed } });
    this.lines.end();
  }

  aborted({ code, message, retriable, details }: NearscoreError, { line }: ImportProgress): void {
    this.write({ aborted: { code, message, retriable, details, resumeAfterLine: line } });
    this.lines.end();
  }

  async room(signal: AbortSignal): Promise<void> {
    if (!this.lines.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      const stop = (end: () => void) => (): void => {
        clearTimeout(timer);
        this.lines.off('drain', drained);
        signal.removeEventListener('abort', aborted);
        end();
      };
      const drained = stop(resolve);
      const aborted = stop(() => reject(signal.reason as Error));
      const timer = setTimeout(
        stop(() => reject(new SlowReaderError())),
        this.readTimeoutMs,
      );
      this.lines.once('drain', drained);
      signal.addEventListener('abort', aborted, { once: true });
    });
  }

  private write(line: object): void {
    if (!this.lines.destroyed) this.lines.write(lineOf(line));
  }
}

const MAX_FAULTS = 100;

/** One answer at the end. */
export class SummaryReport implements ImportReport {
  private readonly faults: LineFault[] = [];
  private settle: { resolve: (summary: ImportSummary) => void; reject: (error: Error) => void } | undefined;
  /** Rejects with ImportAbortedError. */
  readonly summary = new Promise<ImportSummary>((resolve, reject) => (this.settle = { resolve, reject }));

  fault(line: number, { code, message }: NearscoreError): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ line, code, message });
  }

  progress(): void {
    // Told at the end.
  }

  done(lines: number, { written, failed }: ImportCounts): void {
    this.settle?.resolve({ lines, written, failed, errors: this.faults });
  }

  aborted(error: NearscoreError, { line, written, failed }: ImportProgress): void {
    this.settle?.reject(new ImportAbortedError(error, { resumeAfterLine: line, written, failed }));
  }

  async room(): Promise<void> {
    // Bounded by itself.
  }
}
