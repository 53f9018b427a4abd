import { type Spread } from './statistics';

/** A Markdown table, aligned; `|---|` under the titles. */
export function textTable(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [titles, titles.map(() => '-'), ...lines];
  const widths = titles.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const cell = (text: string, column: number): string => text.padEnd(widths[column] ?? 0, text === '-' ? '-' : ' ');
  return all.map((line) => `| ${line.map(cell).join(' | ')} |`).join('\n');
}

/** Median, and behind it the smallest and the largest. */
export function shown({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}
