import fc from 'fast-check';
import Long from 'long';
import { ClientSerialization } from '../../../../test/fixtures/client-serialization';
import { decodeKey, decodeTextKey, encodeKey } from './key-decoding';

const client = new ClientSerialization();

function data(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(type, 4);
  return Buffer.concat([head, value]);
}

describe('decodeKey', () => {
  it('reads the texts that a client writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        expect(decodeKey(client.toBytes(key))).toBe(key);
      }),
    );
  });

  it('reads the longs that a client writes, in decimal', () => {
    for (const text of ['0', '-1', '9223372036854775807', '-9223372036854775808']) {
      expect(decodeKey(client.toBytes(Long.fromString(text)))).toBe(text);
    }
  });

  it('reads ints, as Java writes them', () => {
    expect(decodeKey(data(-7, Buffer.from('fffffffe', 'hex')))).toBe('-2');
    expect(decodeKey(data(-7, Buffer.from('7fffffff', 'hex')))).toBe('2147483647');
  });

  it('gives no text to keys of other types', () => {
    for (const key of [1.5, true, [1, 2], Buffer.from('key'), null]) {
      expect(decodeKey(client.toBytes(key))).toBeUndefined();
    }
  });

  it('gives no text to bytes that are cut, longer than they say, or no UTF-8', () => {
    const whole = client.toBytes('grün');
    for (let length = 0; length < whole.length; length++) expect(decodeKey(whole.subarray(0, length))).toBeUndefined();
    expect(decodeKey(Buffer.concat([whole, Buffer.alloc(1)]))).toBeUndefined();
    expect(decodeKey(data(-11, Buffer.from('00000002c328', 'hex')))).toBeUndefined();
    for (const type of [-7, -8]) expect(decodeKey(data(type, Buffer.alloc(5)))).toBeUndefined();
  });
});

describe('decodeTextKey', () => {
  it('reads texts, and nothing that only looks like one', () => {
    expect(decodeTextKey(client.toBytes('5'))).toBe('5');
    expect(decodeTextKey(client.toBytes(''))).toBe('');
    for (const key of [Long.fromNumber(5), 5, null]) expect(decodeTextKey(client.toBytes(key))).toBeUndefined();
  });

  it('regression: two keys that are no UTF-8 do not get one text with replaced characters', () => {
    for (const bytes of ['00000002c328', '00000002c329']) {
      expect(decodeTextKey(data(-11, Buffer.from(bytes, 'hex')))).toBeUndefined();
    }
  });
});

describe('encodeKey', () => {
  it('gives the bytes that a client writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        expect(encodeKey(key).equals(client.toBytes(key))).toBe(true);
      }),
    );
  });
});
