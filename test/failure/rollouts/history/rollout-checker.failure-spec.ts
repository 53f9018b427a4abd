import { RolloutChecker } from './rollout-checker';
import { type RolloutFact, type SeenPrediction } from './rollout-fact';

const LIVE = { model: 'm', version: 1 };
const NEXT = { model: 'm', version: 2 };
const UNSPLIT = { type: 'deployed', live: LIVE, candidate: null, sha256: null } as const;
const FIRST = { ...UNSPLIT, epoch: 1, committedAt: 100 };
const SECOND = { ...UNSPLIT, epoch: 2, live: NEXT, committedAt: 200 };
const BY_FIRST = { ...LIVE, epoch: 1, partition: 0, score: 0.25, scoredAt: 150, arrivedAt: 0 };
const BY_SECOND = { ...NEXT, epoch: 2, partition: 0, score: 0.75, scoredAt: 250, arrivedAt: 0 };

const write = (key: string, fingerprint: bigint): RolloutFact[] => [
  { type: 'write', key, row: 0, fingerprint },
  { type: 'ok', key, fingerprint },
];
const seen = (prediction: Partial<SeenPrediction>): RolloutFact => ({
  ...{ type: 'seen', key: 'a', position: 0, sequence: 0, fingerprint: 1n },
  ...BY_FIRST,
  ...prediction,
});
const second = (prediction: Partial<SeenPrediction> = {}): RolloutFact =>
  seen({ ...BY_SECOND, position: 1, sequence: 1, fingerprint: 2n, ...prediction });

/** A key that is written and scored, a swap, and once more. */
const GOOD: readonly RolloutFact[] = [
  FIRST,
  ...write('a', 1n),
  seen({}),
  SECOND,
  ...write('a', 2n),
  second(),
  { type: 'settled', epoch: 2, settledAt: 300 },
  { type: 'ends', epoch: 2, ends: [2] },
];

function checked(facts: readonly RolloutFact[]): RolloutChecker {
  const checker = new RolloutChecker(({ version }) => ({ 1: 0.25, 2: 0.75 })[version] ?? NaN);
  for (const fact of facts) checker.accept(fact);
  return checker;
}

describe('RolloutChecker', () => {
  it('finds nothing in a good history', () => {
    const { wrong, blind, counts, unscored } = checked(GOOD);
    expect({ wrong, blind }).toEqual({ wrong: [], blind: [] });
    expect(unscored.call(checked(GOOD))).toEqual([]);
    expect(counts).toMatchObject({ acknowledged: 2, seen: 2, toldApart: 1, deployed: 2, settled: 1 });
  });

  it.each<[string, RolloutFact[], RegExp]>([
    [
      'an answer of another version than it says',
      [second({ score: 0.25 })],
      /scores 0.25, where its version says 0.75/,
    ],
    ['an answer that is no number', [second({ score: NaN })], /scores NaN/],
    ['a version that its epoch does not have', [second({ version: 1, score: 0.25 })], /is of no version of its epoch/],
    ['a version that nobody knows', [second({ model: 'other' })], /is of no version of its epoch/],
    ['a prediction before its commit', [second({ epoch: 3 })], /comes before its commit/],
    ['one that was scored before its commit', [second({ scoredAt: 199 })], /was scored 1 ms before its commit/],
    ['a step back', [second({ sequence: 0 })], /comes after sequence 1/],
    ['an older epoch of the same record', [second({ ...BY_FIRST })], /comes after one of epoch 2 of the same record/],
    ['a prediction out of nothing', [second({ fingerprint: 9n })], /is of no record that was written/],
    ['a prediction of an older record', [second({ fingerprint: 1n })], /or of one before the last/],
    ['one of another key', [...write('b', 3n), second({ fingerprint: 3n })], /is of no record that was written/],
  ])('finds %s', (_what, facts, message) => {
    expect(checked([...GOOD, ...facts]).wrong).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['stored after the settle', { position: 2, scoredAt: 299 }],
    ['scored after the settle', { position: 1, scoredAt: 301 }],
  ])('finds an old version that was %s', (_what, when) => {
    const late = seen({ ...BY_FIRST, ...when, key: 'b', fingerprint: 3n, sequence: 5 });
    const { wrong } = checked([...GOOD, ...write('b', 3n), late]);
    expect(wrong).toEqual([expect.stringMatching(/^b: .* comes after epoch 2 had settled/)]);
  });

  it('lets an old version answer until the settle', () => {
    const inTime = seen({ ...BY_FIRST, key: 'b', fingerprint: 3n, sequence: 5, position: 1, scoredAt: 299 });
    expect(checked([...GOOD, ...write('b', 3n), inTime]).wrong).toEqual([]);
  });

  it('finds a record that was never scored, and takes a later one for it', () => {
    expect(checked([...GOOD, ...write('a', 3n)]).unscored()).toEqual(['a']);
    const later = [...write('a', 3n), ...write('a', 4n), second({ fingerprint: 4n, sequence: 3 })];
    expect(checked([...GOOD, ...later]).unscored()).toEqual([]);
    const unknown: RolloutFact[] = [
      { type: 'write', key: 'a', row: 0, fingerprint: 5n },
      { type: 'info', key: 'a', fingerprint: 5n },
    ];
    expect(checked([...GOOD, ...unknown]).unscored()).toEqual([]);
  });

  it('says when it could not see', () => {
    expect(checked([...GOOD, { type: 'blind', what: 'overflow' }]).blind).toEqual(['overflow']);
    const gap = checked([FIRST, { ...SECOND, epoch: 3 }, ...write('a', 2n), second()]);
    expect({ wrong: gap.wrong, blind: gap.blind }).toEqual({ wrong: [], blind: ['epoch 2 was never read'] });
  });

  describe('keys of a candidate', () => {
    const split = (epoch: number, percent: number): RolloutFact => {
      return { ...FIRST, epoch, candidate: { ...NEXT, percent, salt: 's.1' } };
    };
    const by = (epoch: number, version: 1 | 2, fingerprint: bigint): RolloutFact[] => [
      ...write('a', fingerprint),
      seen({ epoch, version, fingerprint, sequence: Number(fingerprint), score: version === 1 ? 0.25 : 0.75 }),
    ];

    it('may come to it, and then stay', () => {
      const steps = [split(1, 1), ...by(1, 1, 1n), split(2, 10), ...by(2, 2, 2n), split(3, 50), ...by(3, 2, 3n)];
      const checker = checked(steps);
      expect(checker.wrong).toEqual([]);
      expect(checker.shareAt(1)).toEqual({ keys: 1, percent: 0 });
      expect(checker.shareAt(10)).toEqual({ keys: 1, percent: 100 });
      expect(checker.shareAt(20)).toEqual({ keys: 0, percent: NaN });
    });

    it.each([
      ['between two of a step', [split(1, 10), ...by(1, 1, 1n), ...by(1, 2, 2n)]],
      ['back in a larger share', [split(1, 10), ...by(1, 2, 1n), split(2, 50), ...by(2, 1, 2n)]],
    ])('do not change %s', (_what, facts) => {
      expect(checked(facts).wrong).toEqual([expect.stringMatching(/its key is the other's/)]);
    });
  });
});
