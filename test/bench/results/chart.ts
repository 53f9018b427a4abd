import { type BenchRow } from './bench-row';
import { type BenchCase, casesIn } from './cases';
import { spreadOf } from './statistics';
import { barChart, type BarGroup } from './svg-bars';

/** An SVG of all cases: CPU per record by process, write → prediction, and the maximum, a group of bars for each case. */
export function chartOf(rows: readonly BenchRow[]): string {
  return barChart([
    ...casesIn(rows.filter((row) => row.latencyMs === null)).map((found) => costGroup(found)),
    ...casesIn(rows.filter((row) => row.latencyMs !== null)).map((found) => latencyGroup(found)),
    ...casesIn(rows.filter((row) => row.maxPerSecond !== null)).map((found) => maximumGroup(found)),
  ]);
}

function costGroup({ title, rows }: BenchCase): BarGroup {
  return groupOf(`CPU µs per record: ${title}`, rows, (row) => {
    const { total: _total, ...processes } = row.cpuMicrosPerRecord;
    return processes;
  });
}

function latencyGroup({ title, rows }: BenchCase): BarGroup {
  return groupOf(`Write → prediction, ms: ${title}`, rows, ({ latencyMs }) => {
    const { p50, p99 } = latencyMs ?? { p50: NaN, p99: NaN };
    return { p50, 'p99 − p50': p99 - p50 };
  });
}

function maximumGroup({ title, rows }: BenchCase): BarGroup {
  return groupOf(`Records/s: ${title}`, rows, ({ maxPerSecond }) => ({ 'records/s': maxPerSecond ?? NaN }));
}

/** A bar for each system: the medians of its parts, one upon the other. */
function groupOf(
  title: string,
  systems: BenchCase['rows'],
  partsOf: (row: BenchRow) => Readonly<Record<string, number>>,
): BarGroup {
  const bars = [...systems].map(([label, rounds]) => {
    const parts = rounds.map(partsOf);
    const names = Object.keys(parts[0] ?? {});
    const medians = names.map((name) => ({ name, value: spreadOf(parts.map((part) => part[name] ?? NaN)).median }));
    return { label, parts: medians };
  });
  return { title, bars };
}
