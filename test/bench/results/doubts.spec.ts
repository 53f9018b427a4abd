import { doubtsAbout, isTooNoisy } from './doubts';
import { exampleRow } from './example-rows';

describe('doubtsAbout', () => {
  it('has none about quiet rounds that agree', () => {
    expect(doubtsAbout([exampleRow(), exampleRow({ round: 2 })])).toEqual([]);
  });

  it('trusts medians while less than half of the rounds were noisy', () => {
    const rows = [exampleRow({ othersCores: 0.5 }), exampleRow({ round: 2 }), exampleRow({ round: 3 })];
    expect(isTooNoisy(rows)).toBe(false);
    expect(doubtsAbout(rows)).toEqual([expect.stringContaining('somewhat noisy: trust medians only')]);
  });

  it('concludes nothing when more than half were', () => {
    const rows = [
      exampleRow({ othersCores: 0.5 }),
      exampleRow({ round: 2, othersCores: 0.2 }),
      exampleRow({ round: 3 }),
    ];
    expect(isTooNoisy(rows)).toBe(true);
    expect(doubtsAbout(rows)).toEqual([expect.stringContaining('too noisy to conclude: in 2 of 3 rounds')]);
  });

  it('doubts rounds of one system that differ though nobody is seen: a neighbour on the same host', () => {
    const cost = (total: number) => ({ cpuMicrosPerRecord: { total } });
    const rows = [exampleRow(cost(10)), exampleRow({ round: 2, ...cost(14) }), exampleRow({ round: 3, ...cost(10) })];
    expect(doubtsAbout(rows)).toEqual([expect.stringMatching(/^Rounds differ .* nearscore \(mlp, floats, 31 part/)]);
    // Two systems are meant to differ.
    expect(doubtsAbout([exampleRow(cost(10)), exampleRow({ system: 'jet', ...cost(20) })])).toEqual([]);
  });

  it('names the systems that did not keep up', () => {
    const rows = [exampleRow(), exampleRow({ system: 'listener', reachedPerSecond: 9_000 })];
    expect(doubtsAbout(rows)).toEqual([
      expect.stringMatching(/^1 of 2 rounds did not reach their rate.*: listener\.$/),
    ]);
    expect(doubtsAbout([exampleRow({ unscored: 3 })])).toEqual([expect.stringContaining('nearscore')]);
  });

  it('asks no rate of a round without one', () => {
    expect(doubtsAbout([exampleRow({ ratePerSecond: null, reachedPerSecond: 5 })])).toEqual([]);
  });

  it('says that a round with keys that were never scored is worth nothing', () => {
    expect(doubtsAbout([exampleRow({ system: 'jet', lost: 7 })])).toEqual([
      expect.stringMatching(/never scored.*jet 7/),
    ]);
  });
});
