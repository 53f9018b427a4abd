import Long from 'long';
import { clientBytes, clientCodec, clientData, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf } from '../../../../../test/fixtures/wire/client-hash';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMapReplaceIfSame, encodeMapReplaceIfSame } from './map-replace-if-same.codec';

const decode = (bytes: Buffer, start: number, end: number) =>
  decodeMapReplaceIfSame(new MessageReader(bytes, start, end));

describe('map-replace-if-same', () => {
  it.each([
    ['replaced', true],
    ['different', false],
  ])('tells whether it was replaced: %s', (name, expected) => {
    const message = wireFixture(`map-replace-if-same.${name}`);
    expect(decodeWhole(message, decode)).toBe(expected);
    expect(decodeTruncations(message, decode)).toBeUndefined();
  });

  it('asks as the real client does', () => {
    const [key, expected, value] = [dataOf('3.17'), dataOf('as it was'), dataOf('as it is')];
    const request = clientCodec('MapReplaceIfSame').encodeRequest(
      ...['nearscore.checkpoints', clientData(key), clientData(expected), clientData(value), Long.ONE],
    );
    const name = Buffer.from('nearscore.checkpoints');
    expect(encoded((writer) => encodeMapReplaceIfSame(writer, 7, 3, name, { key, expected, value }))).toEqual(
      clientBytes(request, 7, 3),
    );
  });
});
