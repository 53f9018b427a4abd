import { type Latencies } from '../load/latencies';

export type Figure = readonly [what: string, figure: string];

/** What docs/reliability.md says of a run: what was looked at, and what was found. */
export function figureTable(figures: readonly Figure[]): string {
  return columnTable(['', ''], figures);
}

export function columnTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, 1, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function milliseconds({ p50, p99 }: Latencies): string {
  return `${p50.toFixed(1)} ms, ${p99.toFixed(1)} ms`;
}

export function processors(used: Readonly<Record<string, number>>): string {
  return Object.entries(used)
    .map(([kind, count]) => `${kind} ${count.toFixed(2)}`)
    .join(', ');
}
