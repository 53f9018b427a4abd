import { type FeatureField, parseRecord, RecordFormatError, type RecordFormatIssue } from '@nearscore/records';
import { type RecordItem } from '../records/record-items';
import { parseRecordKey } from '../records/record-key';
import { CsvHeaderInvalidError, CsvRowMalformedError } from './bulk.errors';
import { parseCell } from './csv-cell';

const KEY = 'key';

/** What a file's header says: the key first, then fields of the stream in any order. */
export class CsvColumns {
  private constructor(
    private readonly columns: readonly FeatureField[],
    private readonly fields: readonly FeatureField[],
  ) {}

  /** A field that may be missing may have no column. CsvHeaderInvalidError names what is wrong with the others. */
  static of(header: readonly string[], fields: readonly FeatureField[]): CsvColumns {
    const [first, ...names] = header;
    if (first !== KEY) throw new CsvHeaderInvalidError(`The first column must be "${KEY}".`);
    const known = new Map(fields.map((field) => [field.name, field]));
    const unknown = names.filter((name) => !known.has(name));
    const repeated = names.filter((name, at) => names.indexOf(name) < at);
    const missing = fields.filter(({ name, nullable }) => !nullable && !names.includes(name)).map(({ name }) => name);
    if (unknown.length + repeated.length + missing.length > 0) {
      const message = 'The columns are not the key and the fields of the stream, each once.';
      throw new CsvHeaderInvalidError(message, { unknown: unknown.map(shortened), missing, repeated });
    }
    return new CsvColumns(
      names.flatMap((name) => known.get(name) ?? []),
      fields,
    );
  }

  /** CsvRowMalformedError, InvalidKeyError, or RecordFormatError naming every field that is wrong. */
  toItem(cells: readonly string[], maxKeyBytes: number): RecordItem {
    const expected = this.columns.length + 1;
    if (cells.length !== expected) {
      throw new CsvRowMalformedError(`The row has ${cells.length} values for ${expected} columns.`);
    }
    const [key, ...values] = cells;
    return [parseRecordKey(key, maxKeyBytes), this.toValues(values)];
  }

  private toValues(cells: readonly string[]): RecordItem[1] {
    const issues: RecordFormatIssue[] = [];
    const parsed = this.columns.map((field, at) => {
      const value = parseCell(field, cells[at] ?? '');
      if (value === undefined) issues.push({ field: field.name, message: `expected ${expectation(field)}` });
      return [field.name, value] as const;
    });
    if (issues.length > 0) throw new RecordFormatError(issues);
    return parseRecord(this.fields, Object.fromEntries(parsed));
  }
}

function expectation({ kind, length }: FeatureField): string {
  return length === undefined ? `text of kind ${kind}` : `${length} values of kind ${kind} as a JSON array`;
}

function shortened(name: string): string {
  return name.slice(0, 256);
}
