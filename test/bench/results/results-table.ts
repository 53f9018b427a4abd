import { type BenchRow } from './bench-row';
import { type Spread, spreadOf } from './statistics';

interface Column {
  readonly title: string;
  /** Undefined: this row has no such figure. */
  readonly value: (row: BenchRow) => number | undefined;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'member µs', value: (row) => row.cpuMicrosPerRecord.member, digits: 2 },
  { title: 'node µs', value: (row) => row.cpuMicrosPerRecord.node, digits: 2 },
  { title: 'total µs', value: (row) => row.cpuMicrosPerRecord.total, digits: 2 },
  { title: 'p50 ms', value: (row) => row.latencyMs?.p50, digits: 2 },
  { title: 'p99 ms', value: (row) => row.latencyMs?.p99, digits: 2 },
  { title: 'records/s', value: (row) => row.reachedPerSecond, digits: 0 },
  { title: 'unscored', value: (row) => row.unscored, digits: 0 },
  { title: 'RSS MiB', value: (row) => row.rssMiB, digits: 0 },
  { title: "others' cores", value: (row) => row.othersCores, digits: 2 },
];

/** A Markdown table: one line for all rounds of a case, median and, behind it, smallest and largest. */
export function resultsTable(rows: readonly BenchRow[]): string {
  const cases = new Map<string, BenchRow[]>();
  for (const row of rows) cases.set(caseOf(row), [...(cases.get(caseOf(row)) ?? []), row]);
  const titles = ['system', 'records', 'partitions', 'written', 'rounds', ...COLUMNS.map(({ title }) => title)];
  const lines = [...cases.values()].map((rounds) => lineOf(rounds));
  return aligned([titles, titles.map(() => '-'), ...lines]);
}

function caseOf(row: BenchRow): string {
  return [row.system, row.model, row.records, row.partitions, row.write, row.ratePerSecond].join();
}

function lineOf(rounds: readonly BenchRow[]): string[] {
  const [row] = rounds as [BenchRow];
  const written = `${row.write}, ${row.ratePerSecond.toLocaleString('en')}/s`;
  const figures = COLUMNS.map(({ value, digits }) => {
    const values = rounds.map(value).filter((figure) => figure !== undefined);
    return values.length === 0 ? '' : shown(spreadOf(values), digits);
  });
  return [row.system, row.records, String(row.partitions), written, String(rounds.length), ...figures];
}

function shown({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0, cell === '-' ? '-' : ' ')).join(' | ')} |`,
    )
    .join('\n');
}
