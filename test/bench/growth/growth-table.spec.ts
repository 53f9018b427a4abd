import { exampleRow } from '../results/example-rows';
import { type BenchRow, type PlaceOnAxis } from '../results/bench-row';
import { growthTables } from './growth-table';

type Axis = PlaceOnAxis['axis'];

const rowAt = (axis: Axis, value: number, round: number, total: number): BenchRow =>
  exampleRow({
    round,
    growth: { axis, value, heapMb: 2048 },
    cpuMicrosPerRecord: { total, member: total - 3, node: 3 },
  });

/** Cells of the line of a value. */
const lineOf = (table: string, value: string): string[] => {
  const lines = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return (lines.find((cells) => cells[1] === value) ?? []).slice(1);
};

describe('growthTables', () => {
  it('compares each value with the base case, round by round', () => {
    const rows = [1, 2, 3].flatMap((round) => [
      rowAt('keys', 10_000, round, 8 * round),
      rowAt('keys', 100_000, round, 10 * round),
      rowAt('keys', 1_000_000, round, 10.9 * round),
      rowAt('keys', 3_000_000, round, (10 + round) * round),
    ]);
    const table = growthTables(rows);
    expect(table).toMatch(/^Growth by keys: 31 partitions, 20,000\/s, each member 2,048 MiB of heap\n/);
    expect(lineOf(table, '100,000').slice(0, 5)).toEqual([
      ...['100,000', '3', '20.00 (10.00–30.00)', '1.00 (1.00–1.00)', 'yes'],
    ]);
    expect(lineOf(table, '10,000').slice(3, 5)).toEqual(['0.80 (0.80–0.80)', 'no']);
    expect(lineOf(table, '1,000,000').slice(3, 5)).toEqual(['1.09 (1.09–1.09)', 'yes']);
    expect(lineOf(table, '3,000,000').slice(3, 6)).toEqual(['1.20 (1.10–1.30)', 'no', 'member 21.00, node 3.00']);
  });

  it('compares with the first value when the base case was not measured', () => {
    const table = growthTables([rowAt('members', 2, 1, 20), rowAt('members', 3, 1, 21)]);
    expect(lineOf(table, '2')[3]).toBe('1.00 (1.00–1.00)');
    expect(lineOf(table, '3').slice(3, 5)).toEqual(['1.05 (1.05–1.05)', 'yes']);
  });

  it('shows what each float costs beside each record', () => {
    const table = growthTables([rowAt('width', 30, 1, 9), rowAt('width', 60, 1, 18)]);
    expect(lineOf(table, '60').slice(2, 8)).toEqual([
      ...['18.00 (18.00–18.00)', '2.00 (2.00–2.00)', 'no'],
      ...['300.0 (300.0–300.0)', '1.00 (1.00–1.00)', 'yes'],
    ]);
  });

  it('shows what each listener costs on top of none, and compares that with the fewest', () => {
    const rows = [rowAt('listeners', 0, 1, 10), rowAt('listeners', 10, 1, 15), rowAt('listeners', 50, 1, 45)];
    const table = growthTables(rows);
    expect(lineOf(table, '0').slice(5, 8)).toEqual(['', '', '']);
    expect(lineOf(table, '10').slice(5, 8)).toEqual(['0.500 (0.500–0.500)', '1.00 (1.00–1.00)', 'yes']);
    expect(lineOf(table, '50').slice(5, 8)).toEqual(['0.700 (0.700–0.700)', '1.40 (1.40–1.40)', 'no']);
  });

  it('has a table for each axis, and none for other rows', () => {
    const rows = [exampleRow(), rowAt('keys', 10_000, 1, 9), rowAt('streams', 1, 1, 9), rowAt('keys', 100_000, 1, 9)];
    expect(growthTables(rows).match(/^Growth by \w+/gm)).toEqual(['Growth by keys', 'Growth by streams']);
    expect(growthTables([exampleRow()])).toBe('');
  });
});
