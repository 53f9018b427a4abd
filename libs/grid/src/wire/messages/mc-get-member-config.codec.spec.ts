import { clientBytes, clientRequest, encoded } from '../../../../../test/fixtures/wire/client-codecs';
import { decodeTruncations, decodeWhole, wireFixture } from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeMcGetMemberConfig, encodeMcGetMemberConfig } from './mc-get-member-config.codec';

const response = wireFixture('mc-get-member-config.response');
const decode = (bytes: Buffer, start: number, end: number) =>
  decodeMcGetMemberConfig(new MessageReader(bytes, start, end));

describe('mc-get-member-config', () => {
  it('reads the configuration as XML', () => {
    const xml = decodeWhole(response, decode);
    expect(xml).toMatch(/^<hazelcast .*<cluster-name>recorded<\/cluster-name>.*<\/hazelcast>\s*$/s);
  });

  it('refuses truncations', () => {
    const short = Buffer.concat([response.subarray(0, 19), Buffer.from('0a0000000020', 'hex'), Buffer.from('<a/>')]);
    expect(decodeWhole(short, decode)).toBe('<a/>');
    expect(decodeTruncations(short, decode)).toBeUndefined();
  });

  it('asks as the protocol says', () => {
    const expected = clientRequest(0x200500, Buffer.alloc(0), []);
    expect(encoded((writer) => encodeMcGetMemberConfig(writer, 3))).toEqual(clientBytes(expected, 3, -1));
  });
});
