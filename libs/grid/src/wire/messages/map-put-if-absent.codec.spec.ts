import Long from 'long';
import { clientBytes, clientCodec, clientData, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf } from '../../../../../test/fixtures/wire/client-hash';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapPutIfAbsent, encodeMapPutIfAbsent } from './map-put-if-absent.codec';

const decode = (bytes: Buffer, start: number, end: number) =>
  decodeMapPutIfAbsent(new MessageReader(bytes, start, end));

describe('map-put-if-absent', () => {
  it.each([
    ['put', true],
    ['present', false],
  ])('tells whether it was put: %s', (name, expected) => {
    const message = wireFixture(`map-put-if-absent.${name}`);
    expect(decodeWhole(message, decode)).toBe(expected);
    expect(decodeTruncations(message, decode)).toBeUndefined();
  });

  it('asks as the real client does', () => {
    const [key, value] = [dataOf('3.17'), dataOf('an entry')];
    const expected = clientCodec('MapPutIfAbsent').encodeRequest(
      ...['nearscore.checkpoints', clientData(key), clientData(value), Long.ONE, Long.NEG_ONE],
    );
    const name = Buffer.from('nearscore.checkpoints');
    expect(encoded((writer) => encodeMapPutIfAbsent(writer, 7, 3, name, { key, value }))).toEqual(
      clientBytes(expected, 7, 3),
    );
  });
});
