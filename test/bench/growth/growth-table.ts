import { type BenchRow } from '../results/bench-row';
import { groupsOf } from '../results/groups';
import { totalAndParts } from '../results/results-table';
import { spreadOf } from '../results/statistics';
import { shown, textTable } from '../results/text-table';
import { AxisCost, type Cost, costsOf, type GrowthRow } from './growth-cost';

/** A median factor within this share of 1 is no growth. */
const TOLERANCE = 0.1;
const STATE_TITLES = ['of that µs', 'records/s', 'unscored', 'lost', 'RSS MiB', "others' cores"];

export function isGrowthRow(row: BenchRow): row is GrowthRow {
  return row.growth !== undefined;
}

/** A table for each axis: a line for each value, and how its cost compares with that of the base case. */
export function growthTables(rows: readonly BenchRow[]): string {
  const axes = groupsOf(rows.filter(isGrowthRow), titleOf);
  return [...axes].map(([title, found]) => `${title}\n\n${axisTable(found)}`).join('\n\n');
}

function titleOf({ growth: { axis, heapMb }, partitions, ratePerSecond }: GrowthRow): string {
  const heap = `each member ${heapMb.toLocaleString('en')} MiB of heap`;
  return `Growth by ${axis}: ${partitions} partitions, ${(ratePerSecond ?? NaN).toLocaleString('en')}/s, ${heap}`;
}

function axisTable(rows: readonly GrowthRow[]): string {
  const axis = rows[0]?.growth.axis ?? 'keys';
  const costs = costsOf(axis).map((cost) => ({ cost, found: new AxisCost(cost, rows) }));
  const lines = [...new Set(rows.map(({ growth }) => growth.value))].map((value) => {
    const rounds = rows.filter(({ growth }) => growth.value === value);
    const cells = costs.flatMap(({ cost, found }) => costCells(cost, found, value));
    return [value.toLocaleString('en'), String(rounds.length), ...cells, ...stateCells(rounds)];
  });
  const titles = costs.flatMap(({ cost }) => [cost.title, 'factor', 'within ±10 %']);
  return textTable([axis, 'rounds', ...titles, ...STATE_TITLES], lines);
}

/** The figure, its factor, and whether that is no growth. */
function costCells({ digits }: Cost, found: AxisCost, value: number): string[] {
  const [figures, factors] = [found.figures(value), found.factors(value)];
  const verdict = factors && (Math.abs(factors.median - 1) <= TOLERANCE ? 'yes' : 'no');
  return [figures ? shown(figures, digits) : '', factors ? shown(factors, 2) : '', verdict ?? ''];
}

function stateCells(rounds: readonly GrowthRow[]): string[] {
  const of = (figure: (row: GrowthRow) => number, digits = 0): string => shown(spreadOf(rounds.map(figure)), digits);
  const costs = rounds.map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord);
  const [, parts = ''] = totalAndParts(costs, 2);
  const lost = rounds.reduce((sum, row) => sum + row.lost, 0);
  return [
    parts,
    of((row) => row.reachedPerSecond),
    of((row) => row.unscored),
    String(lost),
    of((row) => row.rssMiB),
    of((row) => row.othersCores, 2),
  ];
}
