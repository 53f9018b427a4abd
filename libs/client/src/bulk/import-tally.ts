import { type ImportFailure, type ImportOptions, type ImportProgress, type ImportSummary } from './import.options';

const MAX_FAILURES = 100;

interface LineFailure extends Omit<ImportFailure, 'record'> {
  readonly line: number;
}

/**
 * What has become of the records of an import. A failure counts when its record is answered for: before that the
 * connection may break, and the record be sent, and refused, again.
 */
export class ImportTally {
  private readonly failures: ImportFailure[] = [];
  private pending: ImportFailure[] = [];
  private record: number;
  private failed = 0;

  constructor(
    private readonly skipped: number,
    private readonly told: Pick<ImportOptions, 'onProgress' | 'onFailure'>,
  ) {
    this.record = skipped;
  }

  /** A request begins: what it tells counts, not what the one before it began to tell. */
  begin(): void {
    this.pending = [];
  }

  fail({ line, code, message, details }: LineFailure): void {
    this.pending.push({ record: line, code, message, details: details ?? {} });
  }

  answer(record: number): void {
    const ready = this.pending.filter((failure) => failure.record <= record);
    this.pending = this.pending.filter((failure) => failure.record > record);
    for (const failure of ready) {
      this.failed++;
      if (this.failures.length < MAX_FAILURES) this.failures.push(failure);
      this.told.onFailure?.(failure);
    }
    if (record === this.record) return;
    this.record = record;
    this.told.onProgress?.(this.progress());
  }

  progress(): ImportProgress {
    const { record, failed } = this;
    return { record, written: record - this.skipped - failed, failed };
  }

  summary(): ImportSummary {
    return { ...this.progress(), failures: this.failures };
  }
}
