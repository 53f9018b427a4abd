import { type BenchRow, type IdleRow } from './bench-row';
import { casesIn } from './cases';
import { groupsOf } from './groups';
import { spreadOf } from './statistics';
import { shown, textTable } from './text-table';

interface Column {
  readonly title: string;
  /** Null or undefined: this row has no such figure. */
  readonly value: (row: BenchRow) => number | null | undefined;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'p50 ms', value: (row) => row.latencyMs?.p50, digits: 2 },
  { title: 'p99 ms', value: (row) => row.latencyMs?.p99, digits: 2 },
  { title: 'p99.9 ms', value: (row) => row.latencyMs?.p999, digits: 2 },
  { title: 'records/s', value: (row) => row.reachedPerSecond, digits: 0 },
  { title: 'unscored', value: (row) => row.unscored, digits: 0 },
  { title: 'wire bytes', value: (row) => row.wireBytesPerRecord, digits: 0 },
  { title: 'RSS MiB', value: (row) => row.rssMiB, digits: 0 },
  { title: "others' cores", value: (row) => row.othersCores, digits: 2 },
];

/** A table for every case: a line for each system with the median of its rounds, and the smallest and largest. */
export function resultsTables(rows: readonly BenchRow[]): string {
  return casesIn(rows)
    .map(({ title, rows: systems }) => `${title}\n\n${caseTable([...systems.values()])}`)
    .join('\n\n');
}

function caseTable(systems: readonly (readonly BenchRow[])[]): string {
  const columns = COLUMNS.filter(({ value }) => systems.flat().some((row) => value(row) != null));
  const titles = ['system', 'rounds', 'total µs', 'of that', ...columns.map(({ title }) => title)];
  const lines = systems.map((rounds) => {
    const figures = columns.map((column) => figureOf(rounds, column));
    const costs = rounds.map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord);
    return [rounds[0]?.system ?? '', String(rounds.length), ...totalAndParts(costs, 2), ...figures];
  });
  return textTable(titles, lines);
}

function figureOf(rounds: readonly BenchRow[], { value, digits }: Column): string {
  const values = rounds.map(value).filter((figure) => figure != null);
  return values.length === 0 ? '' : shown(spreadOf(values), digits);
}

/** In total, then the medians of the processes. */
export function totalAndParts(rounds: readonly Readonly<Record<string, number>>[], digits: number): string[] {
  const of = (name: string) => spreadOf(rounds.map((figures) => figures[name] ?? NaN));
  const names = Object.keys(rounds[0] ?? {}).filter((name) => name !== 'total');
  return [shown(of('total'), digits), names.map((name) => `${name} ${of(name).median.toFixed(digits)}`).join(', ')];
}

/** Percent of a core that each system takes when there is nothing to do. */
export function idleTable(rows: readonly IdleRow[]): string {
  const cases = groupsOf(rows, ({ system, partitions, model }) => [system, partitions, model].join());
  const lines = [...cases.values()].map((rounds) => {
    const [{ system, model, partitions }] = rounds as [IdleRow];
    const percents = rounds.map(({ percentOfCore }) => percentOfCore);
    return [system, model, String(partitions), ...totalAndParts(percents, 1)];
  });
  return textTable(['system', 'model', 'partitions', '% of a core', 'of that'], lines);
}
