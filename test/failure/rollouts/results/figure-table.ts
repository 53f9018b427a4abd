import { textTable } from '../../../bench/results/text-table';
import { type Latencies } from '../load/latencies';

export type Figure = readonly [what: string, figure: string];

/** What docs/reliability.md says of a run: what was looked at, and what was found. */
export function figureTable(figures: readonly Figure[]): string {
  return textTable(['', ''], figures);
}

export function milliseconds({ p50, p99 }: Latencies): string {
  return `${p50.toFixed(1)} ms, ${p99.toFixed(1)} ms`;
}

export function processors(used: Readonly<Record<string, number>>): string {
  return Object.entries(used)
    .map(([kind, count]) => `${kind} ${count.toFixed(2)}`)
    .join(', ');
}
