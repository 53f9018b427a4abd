import { encodeEventId } from './event-id.codec';
import { parseListenRequest } from './listen-request';

const position = { cluster: 1, owners: 2, positions: [3, 4] };
const other = { ...position, positions: [9, 9] };

describe('parseListenRequest', () => {
  test('without anything it is all that comes from now on', () => {
    expect(parseListenRequest({}, undefined)).toEqual({ start: 'newest', filter: {}, format: 'json' });
  });

  test('takes every parameter', () => {
    const query = { from: 'oldest', label: ['a', 'b'], minScore: '0.5', keyPrefix: 'eu-', format: 'cloudevents' };
    expect(parseListenRequest(query, undefined)).toEqual({
      start: 'oldest',
      filter: { labels: new Set(['a', 'b']), minScore: 0.5, keyPrefix: 'eu-' },
      format: 'cloudevents',
    });
    expect(parseListenRequest({ label: 'a', from: 'newest', format: 'json' }, '').filter).toEqual({
      labels: new Set(['a']),
    });
  });

  test('resumes by the header before the query, and by either before `from`', () => {
    const query = { from: 'oldest', lastEventId: encodeEventId(other) };
    expect(parseListenRequest(query, encodeEventId(position)).start).toEqual(position);
    expect(parseListenRequest(query, undefined).start).toEqual(other);
    expect(parseListenRequest({ ...query, lastEventId: '' }, '').start).toBe('oldest');
  });

  test.each([
    ['1', 1],
    ['-0.25', -0.25],
    ['1e-3', 0.001],
    ['.5', 0.5],
  ])('minScore %s is a number', (text, minScore) => {
    expect(parseListenRequest({ minScore: text }, undefined).filter).toEqual({ minScore });
  });

  test.each([
    ['from', { from: 'yesterday' }],
    ['from', { from: '' }],
    ['from', { from: ['oldest', 'oldest'] }],
    ['label', { label: '' }],
    ['label', { label: 'x'.repeat(513) }],
    ['label', { label: Array.from({ length: 1000 }, (_, n) => `label-${n}`) }],
    ['minScore', { minScore: '' }],
    ['minScore', { minScore: 'NaN' }],
    ['minScore', { minScore: '1e999' }],
    ['minScore', { minScore: '0x1' }],
    ['minScore', { minScore: ' 1' }],
    ['keyPrefix', { keyPrefix: '' }],
    ['keyPrefix', { keyPrefix: 'ü'.repeat(257) }],
    ['format', { format: 'xml' }],
    ['format', { format: 'toString' }],
    ['lastEventId', { lastEventId: 'garbage' }],
    ['labels', { labels: 'a' }],
    ['__proto__', JSON.parse('{"__proto__": "a"}')],
  ])('names %s when it is wrong: %j', (parameter, query) => {
    expect(() => parseListenRequest(query as Record<string, unknown>, undefined)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: { parameter } }),
    );
  });

  test('names the header when that is wrong, even beside a good parameter', () => {
    expect(() => parseListenRequest({ lastEventId: encodeEventId(position) }, '42')).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', details: { parameter: 'Last-Event-ID' } }),
    );
  });
});
