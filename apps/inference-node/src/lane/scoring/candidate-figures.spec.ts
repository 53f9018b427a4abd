import { CandidateFigures } from './candidate-figures';

describe('the figures of a candidate', () => {
  it('have scores of those records alone that both versions have scored', () => {
    const figures = new CandidateFigures({ model: 'm', version: 2 });
    figures.compare(
      { scores: Float64Array.of(0.1, NaN, 0.5, NaN), ms: 1 },
      { scores: Float64Array.of(0.9, 0.9, NaN, NaN), ms: 1 },
    );
    figures.compare({ scores: Float64Array.of(0.1), ms: 3 }, { scores: Float64Array.of(0.99), ms: 1 });
    expect(figures.report()).toEqual({
      ...{ model: 'm', version: 2, samples: 0, failed: 0, shed: 0, compared: { samples: 3, failed: 2 } },
      scores: { candidate: { 5: 2 }, live: { 45: 1, 49: 1 } },
      runs: { candidate: { 0: 1, 12: 1 }, live: { 0: 2 } },
    });
  });

  it('are as they were when they were reported, whatever comes', () => {
    const figures = new CandidateFigures({ model: 'm', version: 2 });
    const before = figures.report();
    const copy = structuredClone(before);
    figures.compare({ scores: Float64Array.of(0.1), ms: 3 }, { scores: Float64Array.of(0.99), ms: 1 });
    figures.samples++;
    expect(before).toEqual(copy);
  });
});
