import { matchingPattern } from './event-pattern';

describe('matchingPattern', () => {
  it.each([
    ['the name itself', ['features.fraud'], 'features.fraud', 'features.fraud'],
    ['any end', ['features.*'], 'features.fraud', 'features.*'],
    ['an empty end', ['features.*'], 'features.', 'features.*'],
    ['everything', ['*'], 'features.fraud', '*'],
    ['the name before a prefix', ['features.*', 'features.fraud'], 'features.fraud', 'features.fraud'],
    [
      'the longest prefix, however they are ordered',
      ['*', 'features.fraud-*', 'features.*'],
      'features.fraud-eu',
      'features.fraud-*',
    ],
    ['nothing for another name', ['features.fraud', 'predictions.*'], 'features.phishing', undefined],
    ['no prefix without a star', ['features.'], 'features.fraud', undefined],
    ['a star in the middle only as itself', ['features.*.eu'], 'features.fraud.eu', undefined],
    ['nothing among none', [], 'features.fraud', undefined],
  ])('finds %s', (_, patterns, name, expected) => {
    expect(matchingPattern(patterns, name)).toBe(expected);
  });
});
