import Long from 'long';
import { clientBytes, clientCodec, clientData, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf } from '../../../../../test/fixtures/wire/client-hash';
import { WRITES } from '../../../../../test/fixtures/wire/recorded-world';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapGet, encodeMapGet } from './map-get.codec';

const decode = (bytes: Buffer, start: number, end: number) => decodeMapGet(new MessageReader(bytes, start, end));

describe('map-get', () => {
  it.each([
    ['present', dataOf(WRITES[1]?.[1])],
    ['absent', null],
  ])('reads the value: %s', (name, expected) => {
    const message = wireFixture(`map-get.${name}`);
    expect(decodeWhole(message, decode)).toEqual(expected);
    expect(decodeTruncations(message, decode)).toBeUndefined();
  });

  it('gives the value a buffer of its own', () => {
    const message = wireFixture('map-get.present');
    const value = decodeMapGet(new MessageReader(message, 0, message.length));
    message.fill(0);
    expect(value).toEqual(dataOf(WRITES[1]?.[1]));
  });

  it('asks as the real client does', () => {
    const key = dataOf('3.17');
    const expected = clientCodec('MapGet').encodeRequest('nearscore.checkpoints', clientData(key), Long.ONE);
    expect(encoded((writer) => encodeMapGet(writer, 7, 3, Buffer.from('nearscore.checkpoints'), key))).toEqual(
      clientBytes(expected, 7, 3),
    );
  });
});
