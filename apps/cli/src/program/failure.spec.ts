import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NearscoreApiError, NearscoreConnectionError, NearscoreTimeoutError } from '@nearscore/client';
import { ConfigError } from '@nearscore/config';
import { ADVISED_CODES, adviceFor } from './advice';
import { RecordAbsentError, UsageError } from './cli.errors';
import { exitCodeOf, failureLines, failureOf } from './failure';

const refusal = (code: string, status = 409, details = {}) =>
  new NearscoreApiError({ code, message: `said ${code}`, retriable: false, details }, status, 'request-7');

describe('a failure', () => {
  it('is told by message, code and what to do', () => {
    expect(failureLines(refusal('MODEL_VERSION_EXISTS'))).toEqual([
      'Failed: said MODEL_VERSION_EXISTS (MODEL_VERSION_EXISTS)',
      `  ${adviceFor('MODEL_VERSION_EXISTS')}`,
    ]);
    expect(failureLines(refusal('OF_ANOTHER_SOFTWARE'))).toEqual([
      'Failed: said OF_ANOTHER_SOFTWARE (OF_ANOTHER_SOFTWARE)',
    ]);
  });

  it('lists all faults, each on its line', () => {
    const issues = [
      { index: 3, field: 'https', message: 'is missing' },
      { path: '', message: 'no object' },
    ];
    expect(failureLines(refusal('RECORDS_INVALID', 422, { issues }))).toEqual([
      'Failed (RECORDS_INVALID):',
      '  3: https: is missing',
      '  no object',
    ]);
    const config = new ConfigError([{ name: 'NEARSCORE_GATEWAY_URL', message: 'expected a URL' }]);
    expect(failureLines(config)).toContain('  NEARSCORE_GATEWAY_URL: expected a URL');
  });

  it('names the request where only the log has the cause', () => {
    expect(failureLines(refusal('INTERNAL_ERROR', 500))).toContain('  request request-7');
  });

  it('that nobody foresaw is no stack either', () => {
    expect(failureLines(new RangeError('too far'))).toEqual(['Failed: too far']);
    expect(failureOf('thrown text')).toMatchObject({ code: null, message: 'thrown text', retriable: false });
  });

  it('moves no cursor', () => {
    expect(failureLines(new Error('\u001b[2J'))).toEqual(['Failed: \\u001b[2J']);
  });

  it.each([
    [new UsageError('x'), 2],
    [new ConfigError([]), 2],
    [new NearscoreConnectionError('x'), 3],
    [new NearscoreTimeoutError(1), 3],
    [refusal('STREAM_NOT_FOUND', 404), 4],
    [new RecordAbsentError('s', 'k'), 4],
    [refusal('MODEL_REFUSED', 422), 1],
    [new Error('x'), 1],
  ])('%s ends with its code', (error, code) => expect(exitCodeOf(error)).toBe(code));
});

describe('advice', () => {
  it('is for codes that there are', () => {
    const page = readFileSync(join(__dirname, '../../../../docs/errors.md'), 'utf8');
    const known = [...page.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, code]) => code);
    expect(ADVISED_CODES.filter((code) => !known.includes(code))).toEqual([]);
  });
});
