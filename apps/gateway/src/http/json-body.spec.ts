import fc from 'fast-check';
import { parseJsonBody } from './json-body';

const limits = { maxJsonDepth: 32, maxObjectKeys: 4096 };
const parse = (text: string, within = limits) => parseJsonBody(Buffer.from(text, 'utf8'), within);
const codeOf = (text: string, within = limits) => {
  try {
    return { parsed: parse(text, within) };
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parseJsonBody', () => {
  test('gives what JSON.parse gives for any document within the limits', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (text.includes('__proto__')) return;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('takes braces, quotes and backslashes inside strings as text', () => {
    const value = { 'a"]}': '[[[{"\\', 'b\\': ['"', '\\"', '{'], '\\"c': '\\\\' };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  test('counts depth before parsing', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(codeOf(nested(32))).toHaveProperty('parsed');
    expect(codeOf(nested(33))).toBe('JSON_TOO_DEEP');
    expect(codeOf('['.repeat(500_000))).toBe('JSON_TOO_DEEP');
    expect(codeOf('{"a":'.repeat(500_000))).toBe('JSON_TOO_DEEP');
  });

  test('counts only what is open', () => {
    expect(codeOf(`[${'[[]],'.repeat(1000)}[]]`)).toHaveProperty('parsed');
  });

  test('limits the keys of one object', () => {
    const object = (keys: number) => `{${Array.from({ length: keys }, (_, i) => `"k${i}":1`).join(',')}}`;
    expect(codeOf(object(3), { ...limits, maxObjectKeys: 3 })).toHaveProperty('parsed');
    expect(codeOf(object(4), { ...limits, maxObjectKeys: 3 })).toBe('JSON_TOO_MANY_KEYS');
    expect(codeOf(`[${object(3)},${object(3)}]`, { ...limits, maxObjectKeys: 3 })).toHaveProperty('parsed');
  });

  test.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"b":{"a":1 , "a" :2}}]', '{"":1,"":2}'])(
    'refuses repeated keys: %s',
    (text) => expect(codeOf(text)).toBe('JSON_KEY_REFUSED'),
  );

  test('the same key in two objects is no repetition', () => {
    expect(parse('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }]);
  });

  test.each([
    '{"__proto__":1}',
    '{"\\u005f_proto__":{}}',
    '{"a":{"__proto__":null}}',
    '{"constructor":{"prototype":{}}}',
  ])('refuses reserved keys: %s', (text) => expect(codeOf(text)).toBe('JSON_KEY_REFUSED'));

  test('a plain value named constructor is data', () => {
    expect(parse('{"constructor":"ferrari"}')).toHaveProperty('constructor', 'ferrari');
  });

  test.each(['1e999', '-1e999', '9007199254740993', '12345678901234567891', `1${'0'.repeat(1_000_000)}`])(
    'refuses a number that parsing would change (%#)',
    (token) => expect(codeOf(`{"a":[${token}]}`)).toBe('JSON_NUMBER_REFUSED'),
  );

  test.each(['0', '-0', '1e308', '9007199254740991', '9007199254740992', '12345678901234567000', '0.1', '5e-324'])(
    'takes %s',
    (token) => expect(parse(token)).toBe(Number(token)),
  );

  test('every integer that a double holds may be written as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parse(JSON.stringify(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1}{}',
    'NaN',
    '01',
    "{'a':1}",
    '{"a":}',
    '"abc',
    '\ufeff{}',
    '[}',
    '-',
    '{"\\u00"',
  ])('refuses what is not JSON: %j', (text) => expect(codeOf(text)).toMatch(/^(JSON|BODY)_MALFORMED$/));

  test('never repeats the text in its messages', () => {
    expect(() => parse('{"iban": DE02secret}')).toThrow(expect.objectContaining({ message: 'The body is not JSON.' }));
  });

  test.each([[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]])(
    'refuses bytes that are not UTF-8 (%#)',
    (...bytes) => {
      const body = Buffer.concat([Buffer.from('"'), Buffer.from(bytes), Buffer.from('"')]);
      expect(() => parseJsonBody(body, limits)).toThrow(expect.objectContaining({ code: 'BODY_MALFORMED' }));
    },
  );
});
