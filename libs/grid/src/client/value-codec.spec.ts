import fc from 'fast-check';
import { HazelcastJsonValue } from 'hazelcast-client';
import { createJsonCodec, createPlainCodec } from './value-codec';

describe('JSON values', () => {
  it('come back as they were', () => {
    const codec = createJsonCodec<unknown>('m');
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = (codec.toStored(value) as HazelcastJsonValue).toString();
        expect(codec.fromStored(new HazelcastJsonValue(text))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keep the text in which they were stored, for compare-and-set', () => {
    const codec = createJsonCodec<unknown>('m');
    const stored = '{ "b": 1.0, "a": [] }';
    const read = codec.fromStored(new HazelcastJsonValue(stored));
    expect((codec.toStored(read) as HazelcastJsonValue).toString()).toBe(stored);
    expect((codec.toStored({ b: 1, a: [] }) as HazelcastJsonValue).toString()).toBe('{"b":1,"a":[]}');
  });

  it.each([['{'], [''], [{ a: 1 }], [[1, 2]], [1]])('refuse %j as stored', (stored) => {
    const value = typeof stored === 'string' ? new HazelcastJsonValue(stored) : stored;
    expect(() => createJsonCodec('m').fromStored(value)).toThrow(
      expect.objectContaining({ code: 'GRID_VALUE_UNREADABLE' }),
    );
  });

  it('refuse what JSON has no form for', () => {
    expect(() => createJsonCodec('m').toStored(undefined)).toThrow(TypeError);
    expect(() => createJsonCodec('m').toStored(() => 1)).toThrow(TypeError);
  });
});

it('plain values are checked to be of the expected type', () => {
  const codec = createPlainCodec<Buffer>('m', Buffer.isBuffer);
  const bytes = Buffer.from([1]);
  expect(codec.fromStored(codec.toStored(bytes))).toBe(bytes);
  expect(() => codec.fromStored('text')).toThrow(/type \(string\)/);
});
