import { clientBytes, clientCodec, clientData, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf } from '../../../../../test/fixtures/wire/client-hash';
import { wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { FRAME_HEAD_BYTES, OFFSET } from '../frame';
import { beginMapPutAll, endMapPutAll } from './map-put-all.codec';

describe('map-put-all', () => {
  it.each([[0], [1], [3], [200]])('asks as the real client does: %d entries', (count) => {
    const entries = Array.from(
      { length: count },
      (_, n) => [dataOf(`key-${n}`), dataOf({ n, text: 'x'.repeat(n) })] as const,
    );
    const expected = clientCodec('MapPutAll').encodeRequest(
      'predictions.fraud',
      entries.map(([key, value]) => [clientData(key), clientData(value)]),
      true,
    );
    const actual = encoded((writer) => {
      beginMapPutAll(writer, 12, 3, Buffer.from('predictions.fraud'));
      for (const bytes of entries.flat()) writer.copy(Buffer.concat([Buffer.from('--'), bytes]), 2, 2 + bytes.length);
      endMapPutAll(writer);
    });
    expect(actual).toEqual(clientBytes(expected, 12, 3));
  });

  it('is answered without fields', () => {
    expect(wireFixture('map-put-all.response')).toHaveLength(FRAME_HEAD_BYTES + OFFSET.responseFields);
  });
});
