import { cursorOf, parseDeadLetterQuery } from './dead-letter-query';

const parse = (query: Record<string, unknown>) => parseDeadLetterQuery('fraud', query);

it('filters nothing by itself', () => {
  expect(parse({})).toEqual({ stream: 'fraud', state: undefined, reason: undefined, limit: 100, after: undefined });
});

it('reads state, reason, limit, and a cursor as it was given', () => {
  const cursor = cursorOf('fraud/AAAA_-');
  const query = { state: 'dead', reason: 'MODEL_RUN_FAILED', limit: '1000', cursor };
  expect(parse(query)).toEqual({
    stream: 'fraud',
    state: 'dead',
    reason: 'MODEL_RUN_FAILED',
    limit: 1_000,
    after: 'fraud/AAAA_-',
  });
});

it.each([
  ['state', 'gone'],
  ['state', ''],
  ['reason', "x' OR true"],
  ['limit', '0'],
  ['limit', '1001'],
  ['limit', '1e2'],
  ['cursor', 'not one'],
  ['cursor', cursorOf('other/AAAA')],
])('refuses %s=%s, and says what is expected', (name, value) => {
  expect(() => parse({ [name]: value })).toThrow(
    expect.objectContaining({ code: 'DEAD_LETTER_QUERY_INVALID', details: { parameter: name } }),
  );
});
