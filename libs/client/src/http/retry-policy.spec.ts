import fc from 'fast-check';
import {
  NearscoreApiError,
  NearscoreConnectionError,
  PredictionPendingError,
  UnexpectedAnswerError,
} from '../client.errors';
import { parseRetryAfter } from './error-answer';
import { RetryPolicy } from './retry-policy';

const api = (retriable: boolean, retryAfterMs?: number) =>
  new NearscoreApiError({ code: 'X', message: '', retriable, details: {} }, 503, undefined, retryAfterMs);

describe('RetryPolicy', () => {
  const policy = new RetryPolicy({ maxTries: 3, minDelayMs: 100, maxDelayMs: 350, maxRetryAfterMs: 5000 }, () => 0);

  it('waits twice as long each time, up to a limit', () => {
    expect([1, 2, 3, 4, 2000].map((tries) => policy.backOff(tries))).toEqual([100, 200, 350, 350, 350]);
  });

  it('shortens a wait by a half at most', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (random, tries) => {
          const wait = new RetryPolicy({}, () => random).backOff(tries);
          const longest = new RetryPolicy({}, () => 0).backOff(tries);
          expect(wait).toBeLessThanOrEqual(longest);
          expect(wait).toBeGreaterThanOrEqual(longest / 2);
        },
      ),
    );
  });

  it.each<[string, unknown, number, number | undefined]>([
    ['an error that may pass', api(true), 1, 100],
    ['one that will not', api(false), 1, undefined],
    ['the last try', api(true), 3, undefined],
    ['a Retry-After', api(true, 3000), 1, 3000],
    ['a short Retry-After', api(true, 10), 1, 100],
    ['a Retry-After that is too long', api(true, 6000), 1, undefined],
    ['a lost connection', new NearscoreConnectionError(''), 1, 100],
    ['a proxy that found no gateway', new UnexpectedAnswerError('', 502), 1, 100],
    ['a proxy that says no', new UnexpectedAnswerError('', 403), 1, undefined],
    ['what others throw', new TypeError('x'), 1, undefined],
    ['an error that may pass, by its kind', new PredictionPendingError('k', 1, 5), 1, 100],
  ])('%s', (_what, error, tries, delayMs) => expect(policy.delayAfter(error, tries)).toBe(delayMs));
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 10, 22, 10, 0, 0);

  it.each([
    ['7', 7000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%j: %s', (value, ms) => expect(parseRetryAfter(value, now)).toBe(ms));
});
