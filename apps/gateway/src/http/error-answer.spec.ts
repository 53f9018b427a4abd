import { NearscoreError } from '@nearscore/errors';
import { errorAnswer } from './error-answer';
import { HandlerTimeoutError, MethodNotAllowedError } from './http.errors';

const unknownWrite = new NearscoreError('WRITE_OUTCOME_UNKNOWN', 'It may be written.', { retriable: true });

describe('errorAnswer', () => {
  test('an unknown outcome is told as such', () => {
    expect(errorAnswer(unknownWrite, 'PUT')).toMatchObject({
      status: 503,
      body: { error: { code: 'WRITE_OUTCOME_UNKNOWN', retriable: true, outcome: 'unknown', details: {} } },
    });
  });

  test.each(['PUT', 'POST', 'DELETE'])('a %s that took too long may have happened', (method) =>
    expect(errorAnswer(new HandlerTimeoutError(), method).body.error.outcome).toBe('unknown'),
  );

  test.each(['GET', 'HEAD'])('a %s that took too long changed nothing', (method) =>
    expect(errorAnswer(new HandlerTimeoutError(), method).body.error).not.toHaveProperty('outcome'),
  );

  test('an error that is not for clients is not shown to them', () => {
    const inner = new NearscoreError('SOME_INNER_THING', 'at /etc/secret', { details: { password: 'x' } });
    const { status, body } = errorAnswer(inner, 'GET');
    expect(status).toBe(500);
    expect(body.error).toMatchObject({ code: 'INTERNAL_ERROR', details: {} });
    expect(JSON.stringify(body)).not.toMatch(/secret|password/);
  });

  test('Allow and Retry-After come from the details', () => {
    expect(errorAnswer(new MethodNotAllowedError(['GET', 'PUT']), 'POST').headers).toMatchObject({ allow: 'GET, PUT' });
    const busy = new NearscoreError('TOO_MANY_UPLOADS', 'later', { details: { retryAfterSeconds: 5 } });
    expect(errorAnswer(busy, 'PUT').headers).toMatchObject({ 'retry-after': '5' });
  });
});
