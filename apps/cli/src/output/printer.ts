import { type Output } from '../terminal/terminal';
import { alignedTable, type Column, plainTable } from './table';
import { cell } from './text';

export const OUTPUT_FORMATS = ['text', 'json'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What a command was asked for: text for a person, plain lines where the output is piped, or JSON. */
export class Printer {
  constructor(
    private readonly output: Output,
    readonly format: OutputFormat,
  ) {}

  get isTTY(): boolean {
    return this.output.isTTY === true;
  }

  /** One whole answer. */
  show(value: unknown, text: () => readonly string[]): void {
    if (this.format === 'json') this.line(JSON.stringify(value, undefined, 2));
    else for (const line of text()) this.line(line);
  }

  /** One of many that come one after another: a line each. */
  item(value: unknown, text: () => string): void {
    this.line(this.format === 'json' ? JSON.stringify(value) : text());
  }

  line(text = ''): void {
    this.output.write(`${text}\n`);
  }

  table<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
    return this.isTTY ? alignedTable(rows, columns) : plainTable(rows, columns);
  }

  /** Names and values, one pair a line. */
  pairs(pairs: readonly (readonly [name: string, value: unknown])[]): string[] {
    if (!this.isTTY) return pairs.map(([name, value]) => `${cell(name)}\t${cell(value)}`);
    const width = Math.max(...pairs.map(([name]) => cell(name).length));
    return pairs.map(([name, value]) => `${cell(name).padEnd(width)}  ${cell(value)}`);
  }
}
