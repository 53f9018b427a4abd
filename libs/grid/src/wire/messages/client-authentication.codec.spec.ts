import Long from 'long';
import { clientBytes, clientCodec, clientDecode, encoded, UUID } from '../../../../../test/fixtures/wire/client-codecs';
import {
  decodeTruncations,
  decodeWhole,
  frameStarts,
  patched,
  wireFixture,
} from '../../../../../test/fixtures/wire/wire-fixture';
import { MessageReader } from '../message-reader';
import { decodeClientAuthentication, encodeClientAuthentication } from './client-authentication.codec';

const response = wireFixture('client-authentication.response');
const decode = (bytes: Buffer, start: number, end: number) =>
  decodeClientAuthentication(new MessageReader(bytes, start, end));

interface ClientReply {
  status: number;
  memberUuid: object | null;
  partitionCount: number;
  clusterId: object | null;
  serverHazelcastVersion: string;
}

describe('client-authentication', () => {
  it('reads what the real client reads', () => {
    const expected = clientDecode<ClientReply>('ClientAuthentication', response);
    expect(decodeWhole(response, decode)).toEqual({
      status: 0,
      memberUuid: String(expected.memberUuid),
      partitionCount: 7,
      clusterId: String(expected.clusterId),
      memberVersion: expected.serverHazelcastVersion,
    });
    expect(expected).toMatchObject({ status: 0, partitionCount: 7 });
  });

  it('reads a refusal, which has no member, no cluster and no address', () => {
    const refused = wireFixture('client-authentication.refused');
    expect(decodeWhole(refused, decode)).toMatchObject({ status: 1, memberUuid: '', clusterId: '' });
    decodeTruncations(refused, decode);
  });

  it('refuses every truncation before the frames of newer members', () => {
    const versionEnds = response.indexOf('5.7.0') + 5;
    expect(decodeTruncations(response, decode)).toBe(versionEnds);
  });

  it('refuses an address that never ends', () => {
    const endless = patched(response, (copy) => {
      for (const start of frameStarts(copy)) copy.writeUInt16LE(copy.readUInt16LE(start + 4) & ~0x0800, start + 4);
    });
    expect(() => decodeWhole(endless, decode)).toThrow(expect.objectContaining({ code: 'WIRE_MALFORMED_MESSAGE' }));
  });

  it('asks as the real client does', () => {
    const clientId = Buffer.from('0102030405060708090a0b0c0d0e0ff0', 'hex');
    const half = (at: number) => Long.fromBytesLE([...clientId.subarray(at, at + 8)]);
    const { encodeRequest } = clientCodec('ClientAuthentication');
    const expected = encodeRequest(
      'a-cluster',
      null,
      null,
      new UUID(half(0), half(8)),
      'NJS',
      1,
      '5.6.0',
      'ä-client',
      [],
    );
    const options = { clusterName: 'a-cluster', clientName: 'ä-client', clientId };
    expect(encoded((writer) => encodeClientAuthentication(writer, 9, options))).toEqual(clientBytes(expected, 9, -1));
  });
});
