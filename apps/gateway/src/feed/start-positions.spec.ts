import { startPositions } from './start-positions';

const stamp = { cluster: 1, owners: 2 };
const ranges = [
  { oldest: 100, newest: 199 },
  { oldest: 0, newest: -1 },
  { oldest: 0, newest: 9 },
];
const from = (positions: number[], changed: object = {}) =>
  startPositions({ ...stamp, ...changed, positions }, stamp, ranges);

describe('startPositions', () => {
  test('of the oldest are what the journals begin with, and nothing is said to be gone', () => {
    expect(startPositions('oldest', stamp, ranges)).toEqual({ positions: [100, 0, 0], resets: [] });
  });

  test('of an id are its own as long as the journals reach them', () => {
    for (const positions of [
      [100, 0, 0],
      [150, 0, 5],
      [200, 0, 10],
    ]) {
      expect(from(positions)).toEqual({ positions, resets: [] });
    }
  });

  test('are the oldest where events were overwritten, or the journal is another one', () => {
    expect(from([99, 0, 11])).toEqual({
      positions: [100, 0, 0],
      resets: [
        { reason: 'overflow', partitions: [0] },
        { reason: 'restarted', partitions: [2] },
      ],
    });
    expect(from([0, 1, 2 ** 50]).resets).toEqual([
      { reason: 'overflow', partitions: [0] },
      { reason: 'restarted', partitions: [1, 2] },
    ]);
  });

  test('are the oldest everywhere in another grid, whatever the id says', () => {
    const all = { positions: [100, 0, 0], resets: [{ reason: 'restarted', partitions: [0, 1, 2] }] };
    expect(from([150, 0, 5], { cluster: 7 })).toEqual(all);
    expect(from([0, 0, 0], { cluster: 7 })).toEqual(all);
  });

  test('are the oldest everywhere with another number of partitions, in the same grid or not', () => {
    const all = { positions: [100, 0, 0], resets: [{ reason: 'partitions-changed', partitions: [0, 1, 2] }] };
    expect(from([150, 0])).toEqual(all);
    expect(from([150, 0, 5, 5], { cluster: 7 })).toEqual(all);
  });

  test('are somewhat older after a change of owners, whose backup may have lacked the last events', () => {
    const moved = { owners: 3 };
    expect(from([150, 0, 5], moved)).toEqual({ positions: [100, 0, 0], resets: [] });
    expect(from([201, 0, 12], moved)).toEqual({ positions: [100, 0, 0], resets: [] });
    const long = [{ oldest: 1_000, newest: 4_999 }];
    expect(startPositions({ ...stamp, ...moved, positions: [3_000] }, stamp, long).positions).toEqual([3_000 - 256]);
    expect(startPositions({ ...stamp, ...moved, positions: [5_100] }, stamp, long).positions).toEqual([5_000 - 256]);
    expect(startPositions({ ...stamp, ...moved, positions: [5_257] }, stamp, long).resets).toEqual([
      { reason: 'restarted', partitions: [0] },
    ]);
  });
});
