import { cell } from './text';

export interface Column<T> {
  readonly title: string;
  readonly of: (row: T) => unknown;
  /** Numbers stand under each other. */
  readonly right?: boolean;
}

/** Aligned, under titles: for people. */
export function alignedTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  const body = rows.map((row) => columns.map(({ of }) => cell(of(row))));
  const lines = [columns.map(({ title }) => title), ...body];
  const widths = columns.map((_column, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const aligned = (text: string, index: number): string =>
    columns[index]?.right ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
  return lines.map((line) => line.map(aligned).join('  ').trimEnd());
}

/** Values between tabs, no titles: for `cut`, `awk` and `while read`. */
export function plainTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  return rows.map((row) => columns.map(({ of }) => cell(of(row))).join('\t'));
}
