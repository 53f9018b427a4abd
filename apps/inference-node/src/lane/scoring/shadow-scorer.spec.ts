import { eventually } from '@nearscore/testkit';
import {
  batchOf,
  EXAMPLE_ROWS,
  largestDifference,
  predictionsIn,
  type RowToScore,
  ScoringRig,
} from '../../../../../test/fixtures/scoring/scoring-rig';
import { type StreamScorer } from './stream-scorer';

const TOLERANCE = 1e-5;
let rig: ScoringRig;
let scorer: StreamScorer;

beforeEach(async () => {
  rig = await ScoringRig.open();
  scorer = rig.scorer({ mode: 'shadow', percent: 100 });
});

afterEach(() => rig.close());

/** What the candidate has made of each key, last. */
const shadows = () => new Map(rig.lane.written.map(({ key, prediction }) => [key, prediction]));

const row = (index: number, sequence: number): RowToScore => {
  return { key: 'the-key', values: EXAMPLE_ROWS[index]?.values, sequence };
};

describe('a candidate in the shadow', () => {
  it('answers nothing, and scores what the live version answers into a map of its own', async () => {
    const batch = batchOf(EXAMPLE_ROWS);
    await scorer.score(batch);
    const answers = predictionsIn(batch);
    expect([...answers.values()].every(({ version }) => version === 1)).toBe(true);
    await eventually(() => expect(shadows().size).toBe(EXAMPLE_ROWS.length));
    expect([...shadows().values()].every(({ version }) => version === 2)).toBe(true);
    expect([largestDifference(answers), largestDifference(shadows())].every((it) => it <= TOLERANCE)).toBe(true);
    expect(rig.lane.opened).toEqual([[expect.objectContaining({ name: 'cases' }), 'predictions.cases.shadow']]);
    const report = scorer.candidateReport();
    expect(report).toMatchObject({ version: 2, samples: EXAMPLE_ROWS.length, failed: 0, shed: 0 });
    expect(report?.compared.samples).toBeGreaterThan(0);
  });

  it('writes no shadow before the prediction is stored', async () => {
    rig.lane.storedTo = 9;
    await scorer.score(batchOf(EXAMPLE_ROWS.slice(0, 40)));
    await eventually(() => expect(shadows().size).toBe(10));
    // All the others have had their turn by the time that one which came after them is written.
    rig.lane.storedTo = 9.5;
    await scorer.score(batchOf([row(3, 9.5)]));
    await eventually(() => expect(shadows().has('the-key')).toBe(true));
    expect(shadows().size).toBe(11);
    rig.lane.storedTo = Infinity;
    await eventually(() => expect(shadows().size).toBe(41));
  });

  it('writes the shadows of a key in order, the last one in any case', async () => {
    for (let n = 0; n < 50; n++) await scorer.score(batchOf([row(n, n)]));
    const sequences = () => rig.lane.written.map(({ sequence }) => sequence);
    await eventually(() => expect(sequences().at(-1)).toBe(49));
    expect(sequences()).toEqual([...sequences()].sort((a, b) => a - b));
  });

  it('writes nothing that was read in a tenure that is over, and counts it', async () => {
    rig.lane.storedTo = -1;
    await scorer.score(batchOf(EXAMPLE_ROWS.slice(0, 30)));
    rig.lane.loseLeases();
    rig.lane.storedTo = Infinity;
    await scorer.score(batchOf([row(3, 100)]));
    await eventually(() => expect(scorer.candidateReport()).toMatchObject({ shed: 30, samples: 1 }));
    expect([...shadows().keys()]).toEqual(['the-key']);
  });

  it('forgets a record that is removed before its shadow is written', async () => {
    rig.lane.storedTo = -1;
    await scorer.score(batchOf([row(3, 1), ...EXAMPLE_ROWS.slice(0, 5)]));
    await scorer.score(batchOf([{ key: 'the-key', values: undefined, sequence: 2 }]));
    rig.lane.storedTo = Infinity;
    await eventually(() => expect(shadows().size).toBe(5));
    expect(shadows().has('the-key')).toBe(false);
  });

  it('tries again what could not be written, but not what was removed meanwhile', async () => {
    rig.lane.failures = 1;
    await scorer.score(batchOf([row(3, 1), ...EXAMPLE_ROWS.slice(0, 5)]));
    await eventually(() => expect(rig.lane.failures).toBeLessThanOrEqual(0));
    await scorer.score(batchOf([{ key: 'the-key', values: undefined, sequence: 2 }]));
    await eventually(() => expect(shadows().size).toBe(5));
    expect(shadows().has('the-key')).toBe(false);
  });

  it('passes over what there is no room for, before it keeps anything waiting', async () => {
    rig.lane.storedTo = -1;
    const many = Array.from({ length: 9_000 }, (_, n) => ({ ...row(n % 500, n), key: `key-${n}` }));
    const batch = batchOf(many);
    await scorer.score(batch);
    expect(predictionsIn(batch).size).toBe(9_000);
    expect(scorer.candidateReport()).toMatchObject({ shed: 9_000 - 8_192, samples: 0 });
  });

  it('counts what the candidate cannot score', async () => {
    await scorer.score(batchOf(EXAMPLE_ROWS.slice(0, 8).map((it) => ({ ...it, values: 'malformed' as const }))));
    await eventually(() => expect(scorer.candidateReport()).toMatchObject({ failed: 8, samples: 0 }));
    expect(rig.lane.written).toEqual([]);
  });

  it('writes nothing more from when it is closed, also not what it is scoring, and has no use for its sessions then', async () => {
    await scorer.score(batchOf(EXAMPLE_ROWS));
    await eventually(() => expect(scorer.candidateReport()?.samples).toBeGreaterThan(0));
    const closing = scorer.close();
    const { length } = rig.lane.written;
    await closing;
    expect(rig.lane.written).toHaveLength(length);
    expect(length).toBeLessThan(EXAMPLE_ROWS.length);
    expect(rig.lane.closed).toBe(1);
  });
});
