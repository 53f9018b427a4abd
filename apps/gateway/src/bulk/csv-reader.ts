import { isUtf8 } from 'node:buffer';
import { NearscoreError } from '@nearscore/errors';
import { type FeatureField } from '@nearscore/records';
import { parse } from 'csv-parse/sync';
import { BodyMalformedError } from '../http/http.errors';
import { CsvHeaderInvalidError, CsvRowMalformedError, LineTooLongError } from './bulk.errors';
import { CsvColumns } from './csv-columns';
import { LineSplitter } from './line-splitter';
import { type RecordLineLimits } from './ndjson-reader';
import { type RecordReader, type RecordSink } from './record-reader';

type Cells = readonly string[];

/** undefined: longer than the limit, and not kept. */
type Row = Buffer | undefined;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const LINE_FEED = Buffer.from('\n');

/** A row's end is found before it is parsed, and how many cells it has is judged with its columns. */
const OPTIONS = { record_delimiter: ['\n', '\r\n'], relax_column_count: true };

/**
 * CSV (RFC 4180) with a header `key,<field>…`. The rows that a piece of the body completes are parsed in one go; one by one
 * where one of them is faulty, so that the others are not.
 */
export class CsvReader implements RecordReader {
  private readonly lines: LineSplitter;
  private columns: CsvColumns | undefined;
  private rows: Row[] = [];

  constructor(
    private readonly fields: readonly FeatureField[],
    private readonly limits: RecordLineLimits,
    private readonly sink: RecordSink,
  ) {
    const collect = {
      line: (bytes: Buffer) => void this.rows.push(Buffer.from(bytes)),
      tooLong: () => void this.rows.push(undefined),
    };
    this.lines = new LineSplitter(collect, { maxLineBytes: limits.maxBodyBytes, quoted: true });
  }

  get hasBegun(): boolean {
    return this.columns !== undefined;
  }

  push(chunk: Buffer): void {
    this.lines.push(chunk);
    this.readRows();
  }

  end(): void {
    this.lines.end();
    this.readRows();
    if (!this.hasBegun) throw new CsvHeaderInvalidError('The body has no header.');
  }

  private readRows(): void {
    const rows = this.rows.splice(0);
    if (rows.length === 0) return;
    this.columns ??= CsvColumns.of(headerOf(rows.shift()), this.fields);
    const together = this.sink.isSkipping ? undefined : cellsOfAll(rows.filter(hasContent));
    let next = 0;
    for (const row of rows) {
      const cells = hasContent(row) ? together?.[next++] : undefined;
      if (this.sink.begin()) this.read(this.columns, row, cells);
    }
  }

  private read(columns: CsvColumns, row: Row, known: Cells | undefined): void {
    if (row?.length === 0) return;
    try {
      if (row === undefined) throw new LineTooLongError(this.limits.maxBodyBytes);
      this.sink.record(columns.toItem(known ?? cellsOf(row), this.limits.maxKeyBytes), row.length);
    } catch (error) {
      if (!(error instanceof NearscoreError)) throw error;
      this.sink.fault(error);
    }
  }
}

function hasContent(row: Row): row is Buffer {
  return row !== undefined && row.length > 0;
}

function headerOf(row: Row): Cells {
  if (row === undefined) throw new CsvHeaderInvalidError('The header is too long.');
  const marked = row.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  try {
    return cellsOf(marked ? row.subarray(BYTE_ORDER_MARK.length) : row);
  } catch {
    throw new CsvHeaderInvalidError('The header is not CSV in UTF-8.');
  }
}

/** undefined: they must be looked at one by one. */
function cellsOfAll(rows: readonly Buffer[]): Cells[] | undefined {
  const bytes = Buffer.concat(rows.flatMap((row) => [row, LINE_FEED]));
  if (!isUtf8(bytes)) return undefined;
  try {
    const cells = parse(bytes, OPTIONS);
    return cells.length === rows.length ? cells : undefined;
  } catch {
    return undefined;
  }
}

function cellsOf(row: Buffer): Cells {
  if (!isUtf8(row)) throw new BodyMalformedError('The line is not UTF-8.');
  try {
    return parse(row, OPTIONS)[0] ?? [];
  } catch {
    // The parser's message quotes the row.
    throw new CsvRowMalformedError('The quotes of the row are not as RFC 4180 has them.');
  }
}
