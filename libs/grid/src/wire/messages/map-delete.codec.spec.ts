import Long from 'long';
import { clientBytes, clientCodec, clientData, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { dataOf } from '../../../../../test/fixtures/wire/client-hash';
import { frameStarts, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { encodeMapDelete } from './map-delete.codec';

describe('map-delete', () => {
  it('asks as the real client does', () => {
    const key = dataOf('a-key');
    const expected = clientCodec('MapDelete').encodeRequest('predictions.fraud', clientData(key), Long.ONE);
    const bytes = Buffer.concat([Buffer.from('before'), key, Buffer.from('behind')]);
    const range = { bytes, start: 6, end: 6 + key.length };
    expect(encoded((writer) => encodeMapDelete(writer, 7, 5, Buffer.from('predictions.fraud'), range))).toEqual(
      clientBytes(expected, 7, 5),
    );
  });

  it('is answered by one frame', () => {
    expect(frameStarts(wireFixture('map-delete.response'))).toEqual([0]);
  });
});
