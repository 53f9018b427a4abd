import { type Prediction } from '@nearscore/records';
import { matches } from './event-filter';

const prediction: Prediction = {
  ...{ score: 0.5, label: 'fraud', scores: [0.5, 0.5], model: 'm', version: 1, epoch: 1 },
  ...{ sourceSequence: 1, fingerprint: 1n, scoredAt: 1 },
};
const unlabelled: Prediction = { ...prediction, label: null };

describe('matches', () => {
  test('an empty filter wants everything', () => {
    for (const key of ['k', null]) for (const one of [prediction, undefined]) expect(matches({}, key, one)).toBe(true);
  });

  test('labels are those named, exactly', () => {
    const labels = new Set(['fraud', 'other']);
    expect(matches({ labels }, 'k', prediction)).toBe(true);
    expect(matches({ labels }, 'k', { ...prediction, label: 'Fraud' })).toBe(false);
    expect(matches({ labels }, 'k', unlabelled)).toBe(false);
    expect(matches({ labels: new Set() }, 'k', prediction)).toBe(false);
  });

  test('a minimum score is itself enough; 0 and below are minimums, too', () => {
    expect(matches({ minScore: 0.5 }, 'k', prediction)).toBe(true);
    expect(matches({ minScore: 0.500001 }, 'k', prediction)).toBe(false);
    expect(matches({ minScore: 0 }, 'k', { ...prediction, score: -1 })).toBe(false);
    expect(matches({ minScore: -2 }, 'k', { ...prediction, score: -1 })).toBe(true);
  });

  test('a prefix is of the key as text; a key that is none has no prefix', () => {
    expect(matches({ keyPrefix: 'eu-' }, 'eu-1', prediction)).toBe(true);
    expect(matches({ keyPrefix: 'eu-' }, 'EU-1', prediction)).toBe(false);
    expect(matches({ keyPrefix: 'eu-' }, null, prediction)).toBe(false);
  });

  test('all that is named must fit', () => {
    const filter = { labels: new Set(['fraud']), minScore: 0.4, keyPrefix: 'eu-' };
    expect(matches(filter, 'eu-1', prediction)).toBe(true);
    expect(matches(filter, 'us-1', prediction)).toBe(false);
    expect(matches(filter, 'eu-1', { ...prediction, score: 0.1 })).toBe(false);
    expect(matches(filter, 'eu-1', unlabelled)).toBe(false);
  });

  test('a removal goes by its key alone', () => {
    const filter = { labels: new Set(['fraud']), minScore: 0.4, keyPrefix: 'eu-' };
    expect(matches(filter, 'eu-1', undefined)).toBe(true);
    expect(matches(filter, 'us-1', undefined)).toBe(false);
  });
});
