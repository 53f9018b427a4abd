import { groupsOf } from '../results/groups';
import { spreadOf } from '../results/statistics';
import { shown, textTable } from '../results/text-table';
import { type StartRow } from './start-row';

const TITLES = ['partitions', 'lanes', 'rounds', 'ready ms', 'RSS MiB ready', 'RSS MiB loaded', 'MiB per further lane'];

/** A line for each partition count and number of lanes. */
export function startTable(rows: readonly StartRow[]): string {
  if (rows.length === 0) return '';
  const cases = groupsOf(rows, ({ partitions, lanes }) => `${partitions} ${lanes}`);
  const lines = [...cases.values()].map((rounds) => lineOf(rounds, rows));
  return textTable(TITLES, lines);
}

function lineOf(rounds: readonly StartRow[], all: readonly StartRow[]): string[] {
  const { partitions, lanes } = rounds[0] ?? { partitions: NaN, lanes: NaN };
  const loaded = loadedOf(rounds);
  const base = loadedOf(all.filter((row) => row.partitions === partitions && row.lanes === 1));
  return [
    ...[partitions, lanes, rounds.length].map(String),
    shown(spreadOf(rounds.map(({ readyMs }) => readyMs)), 0),
    shown(spreadOf(rounds.map(({ rssMiB }) => rssMiB.ready)), 0),
    shown(loaded, 0),
    lanes > 1 ? ((loaded.median - base.median) / (lanes - 1)).toFixed(0) : '',
  ];
}

function loadedOf(rows: readonly StartRow[]) {
  return spreadOf(rows.map(({ rssMiB }) => rssMiB.loaded));
}
