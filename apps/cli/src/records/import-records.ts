import { ImportAbortedError, type ImportFailure, type ImportProgress } from '@nearscore/client';
import { NearscoreError } from '@nearscore/errors';
import { type Printer } from '../output/printer';
import { cell, counted } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { countRecords, NdjsonSource, openText } from './ndjson-source';

export interface ImportSource {
  /** undefined: the standard input */
  readonly path: string | undefined;
  /** Lines to pass over. */
  readonly skip: number;
}

/** Writes lines of `{"key", "value"}` with progress; faulty ones are told by their line, and the others go on. */
export async function importRecords(session: Session, stream: string, { path, skip }: ImportSource): Promise<ExitCode> {
  const { client, out, notes, stdin, signal } = session;
  const total = path === undefined ? undefined : await countRecords(path, skip);
  const source = new NdjsonSource(path === undefined ? stdin : await openText(path), skip);
  const failed: LineFailure[] = [];
  const onFailure = (failure: ImportFailure): void => {
    failed.push(failureOf(failure, source));
    notes.line(`line ${source.lineOf(failure.record)}: ${failureText(failure)}`);
  };
  let reached = 0;
  const onProgress = ({ record }: ImportProgress): void => {
    reached = record;
    if (total === undefined) notes.status(`${counted(record, 'record')} written`);
    else notes.progress(record, total, 'records');
  };
  try {
    const { written } = await client.stream(stream).putMany(source, { onFailure, onProgress, signal });
    notes.clear();
    summarize(out, { written, failed: failed.length, failures: failed });
  } catch (error) {
    if (signal.aborted) notes.line(`interrupted: ${resumeText(source.lineOf(reached), path)}`);
    throw error instanceof ImportAbortedError ? new ImportBrokenError(error, source, path) : error;
  }
  return failed.length === 0 ? EXIT.ok : EXIT.incomplete;
}

/** The import could not go on; the message says where it would. */
export class ImportBrokenError extends NearscoreError {
  constructor(error: ImportAbortedError, source: NdjsonSource, path: string | undefined) {
    const line = source.lineOf(error.resumeAfter);
    const message = `${(error.cause as Error).message} ${resumeText(line, path)}`;
    const { resumeAfter: record, written, failed } = error;
    super('CLI_IMPORT_BROKEN', message, { cause: error, details: { line, record, written, failed }, retriable: true });
  }
}

function resumeText(line: number, path: string | undefined): string {
  const advice = path === undefined ? '' : `; go on with --skip ${line}`;
  return `Lines up to ${line} are dealt with${advice}.`;
}

interface LineFailure {
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface Summary {
  readonly written: number;
  readonly failed: number;
  readonly failures: readonly LineFailure[];
}

function summarize(out: Printer, summary: Summary): void {
  const { written, failed } = summary;
  out.show(summary, () => [
    `${counted(written, 'record')} written${failed === 0 ? '' : `, ${counted(failed, 'record')} refused`}`,
  ]);
}

function failureOf({ record, code, message, details }: ImportFailure, source: NdjsonSource): LineFailure {
  return { line: source.lineOf(record), code, message, details };
}

function failureText({ code, message }: ImportFailure): string {
  return `${cell(message)} (${code})`;
}
