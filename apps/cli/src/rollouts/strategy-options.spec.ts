import { UsageError } from '../program/cli.errors';
import { strategyOf } from './strategy-options';

describe('strategyOf', () => {
  it('is all at once when nothing is said', () => {
    expect(strategyOf({})).toBeUndefined();
  });

  it('is steps with what they last, each or all', () => {
    expect(strategyOf({ canary: '1,10, 50' })).toEqual({
      type: 'canary',
      steps: [{ percent: 1 }, { percent: 10 }, { percent: 50 }],
    });
    expect(strategyOf({ canary: '0.5:30,10', hold: 60 })).toEqual({
      type: 'canary',
      steps: [
        { percent: 0.5, holdSeconds: 30 },
        { percent: 10, holdSeconds: 60 },
      ],
    });
  });

  it('is a part of the keys, or a shadow', () => {
    expect(strategyOf({ ab: 20 })).toEqual({ type: 'ab', percent: 20 });
    expect(strategyOf({ shadow: true })).toEqual({ type: 'shadow' });
  });

  it('has the guards that are given, those that are off among them', () => {
    expect(strategyOf({ shadow: true, minSamples: 100, maxPsi: 'off', maxP99Ratio: 2 })).toEqual({
      type: 'shadow',
      guards: { minSamples: 100, maxPsi: null, maxRunP99Ratio: 2 },
    });
  });

  it.each([
    [{ canary: '1', ab: 5 }],
    [{ ab: 5, shadow: true }],
    [{ hold: 5 }],
    [{ shadow: true, hold: 5 }],
    [{ minSamples: 5 }],
    [{ canary: '1,,2' }],
    [{ canary: '1-2' }],
    [{ canary: '' }],
  ])('refuses %j', (options) => {
    expect(() => strategyOf(options)).toThrow(UsageError);
  });
});
