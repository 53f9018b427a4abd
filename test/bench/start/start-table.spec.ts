import { type StartRow } from './start-row';
import { startTable } from './start-table';

function row(lanes: number, round: number, readyMs: number, loaded: number): StartRow {
  return { partitions: 31, lanes, round, readyMs, rssMiB: { ready: loaded - 10, loaded } };
}

it('shows how long starts took, and what a further lane takes', () => {
  const rows = [row(1, 1, 900, 150), row(3, 1, 1_000, 250), row(1, 2, 1_100, 160), row(3, 2, 1_200, 270)];
  const lines = startTable(rows)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(lines[2]).toEqual(expect.arrayContaining(['31', '1', '2', '1000 (900–1100)', '155 (150–160)', '']));
  expect(lines[3]).toEqual(expect.arrayContaining(['3', '1100 (1000–1200)', '260 (250–270)', '53']));
});

it('is nothing without rows', () => {
  expect(startTable([])).toBe('');
});
