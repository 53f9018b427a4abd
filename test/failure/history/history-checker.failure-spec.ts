import { HistoryChecker } from './history-checker';
import { type HistoryFact } from './history-event';

const EXPECTED = [0.25, 0.75];

/** One key, well behaved: version 1 acknowledged and scored, version 2 likewise. */
const GOOD: readonly HistoryFact[] = [
  { type: 'write', key: 'a', version: 1, row: 0, fingerprint: 'f1' },
  { type: 'ok', key: 'a', version: 1 },
  { type: 'seen', key: 'a', sequence: 0, fingerprint: 'f1', score: 0.25 },
  { type: 'write', key: 'a', version: 2, row: 1, fingerprint: 'f2' },
  { type: 'ok', key: 'a', version: 2 },
  { type: 'seen', key: 'a', sequence: 1, fingerprint: 'f2', score: 0.750_001 },
];
const SCORED = { sequence: 1, fingerprint: 'f2', score: 0.75 };

function checked(facts: readonly HistoryFact[]): HistoryChecker {
  const checker = new HistoryChecker((row) => EXPECTED[row] ?? NaN);
  facts.forEach((fact, at) => checker.accept({ at, ...fact }));
  return checker;
}

describe('HistoryChecker', () => {
  it('finds nothing in a good history', () => {
    const checker = checked(GOOD);
    expect(checker.wrong).toEqual([]);
    expect(checker.missingOf([{ key: 'a', version: 2, prediction: SCORED }])).toEqual([]);
    expect(checker.counts).toMatchObject({ acknowledged: 2, unknown: 0, seen: 2 });
  });

  it.each([
    ['a step back', { sequence: 0, fingerprint: 'f1', score: 0.25 }, 'sequence 0 seen after 1'],
    ['another record’s score', { sequence: 2, fingerprint: 'f2', score: 0.25 }, 'score 0.25 for version 2'],
    ['a prediction out of nothing', { sequence: 2, fingerprint: 'f9', score: 0.75 }, 'never written'],
  ])('finds %s', (_what, prediction, message) => {
    const { wrong } = checked([...GOOD, { type: 'seen', key: 'a', ...prediction }]);
    expect(wrong).toEqual([expect.stringContaining(message)]);
  });

  it('finds a prediction of a refused write, and a checkpoint that is ahead', () => {
    const { wrong } = checked([
      ...GOOD,
      { type: 'write', key: 'a', version: 3, row: 0, fingerprint: 'f3' },
      { type: 'fail', key: 'a', version: 3 },
      { type: 'found', key: 'a', sequence: 2, fingerprint: 'f3', score: 0.25 },
      { type: 'checkpoint-ahead', what: 'partition 3' },
    ]);
    expect(wrong).toEqual([expect.stringContaining('was refused'), 'checkpoint ahead: partition 3']);
  });

  it.each([
    ['a lost record', { version: null, prediction: null }, 'is gone'],
    ['an old record', { version: 1, prediction: SCORED }, '2 was acknowledged'],
    ['a missing prediction', { version: 2, prediction: null }, 'no prediction'],
    ['an old prediction', { version: 2, prediction: { ...SCORED, fingerprint: 'f1' } }, 'prediction is of version 1'],
  ])('finds %s', (_what, entry, message) => {
    expect(checked(GOOD).missingOf([{ key: 'a', ...entry }])).toEqual([expect.stringContaining(message)]);
  });

  it('takes an unknown write either way, but its prediction must be the record’s', () => {
    const checker = checked([
      ...GOOD,
      { type: 'write', key: 'a', version: 3, row: 0, fingerprint: 'f3' },
      { type: 'info', key: 'a', version: 3 },
    ]);
    const third = { sequence: 2, fingerprint: 'f3', score: 0.25 };
    expect(checker.missingOf([{ key: 'a', version: 2, prediction: SCORED }])).toEqual([]);
    expect(checker.missingOf([{ key: 'a', version: 3, prediction: third }])).toEqual([]);
    expect(checker.missingOf([{ key: 'a', version: 3, prediction: SCORED }])).toHaveLength(1);
  });

  it('asks for nothing that was lost with the grid, and lets sequences begin again', () => {
    const checker = checked([
      ...GOOD,
      { type: 'write', key: 'a', version: 3, row: 0, fingerprint: 'f3' },
      { type: 'emptied' },
      { type: 'ok', key: 'a', version: 3 },
      { type: 'write', key: 'b', version: 1, row: 0, fingerprint: 'g1' },
      { type: 'ok', key: 'b', version: 1 },
      { type: 'seen', key: 'b', sequence: 0, fingerprint: 'g1', score: 0.25 },
    ]);
    expect(checker.wrong).toEqual([]);
    expect(checker.acknowledgedKeys()).toEqual(['b']);
  });
});
