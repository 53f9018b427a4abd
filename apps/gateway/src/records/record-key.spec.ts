import { parseRecordKey } from './record-key';

describe('parseRecordKey', () => {
  test.each(['a', '..', 'a/b', 'a b', '%00', 'schlüssel', 'e\u0301', '\u00e9', '😀😀', '\ufeff'])(
    'takes %j as it is',
    (key) => expect(parseRecordKey(key, 8 + 2)).toBe(key),
  );

  test.each([
    '',
    'a\0b',
    '\ud800',
    'a\udc00b',
    '\udc00\ud800',
    'x'.repeat(11),
    'é'.repeat(6),
    7,
    null,
    undefined,
    ['a'],
  ])('refuses %j', (key) =>
    expect(() => parseRecordKey(key, 10)).toThrow(expect.objectContaining({ code: 'INVALID_KEY' })),
  );

  test('counts bytes, not characters', () => {
    expect(parseRecordKey('é'.repeat(256), 512)).toHaveLength(256);
    expect(() => parseRecordKey('é'.repeat(257), 512)).toThrow();
  });
});
