import { clientBytes, clientCodec, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { frameStarts, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { OFFSET, FRAME_HEAD_BYTES } from '../frame';
import { encodeClientPing } from './client-ping.codec';

describe('client-ping', () => {
  it('asks as the real client does', () => {
    const expected = clientBytes(clientCodec('ClientPing').encodeRequest(), 2 ** 40 + 3, -1);
    expect(encoded((writer) => encodeClientPing(writer, 2 ** 40 + 3))).toEqual(expected);
  });

  it('is answered by one frame without fields', () => {
    const response = wireFixture('client-ping.response');
    expect(frameStarts(response)).toEqual([0]);
    expect(response).toHaveLength(FRAME_HEAD_BYTES + OFFSET.responseFields);
  });
});
