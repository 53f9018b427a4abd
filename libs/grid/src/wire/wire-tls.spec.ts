import { type FakeMember, startFakeMember, wireReply } from '@nearscore/testkit';
import { startTlsProxy, TEST_CERTIFICATE, type TlsProxy } from '../../../../test/fixtures/tls/tls-proxy';
import { ASK, RecordingHandler, WireClient } from '../../../../test/fixtures/wire/wire-client';
import { eventually } from '@nearscore/testkit';

const MIB = 1024 * 1024;

let member: FakeMember;
let proxy: TlsProxy;

beforeAll(async () => {
  const large = Buffer.alloc(3 * MIB, 7);
  member = await startFakeMember({
    [ASK]: ({ correlation }, far) => far.send(wireReply(ASK + 1, correlation, Buffer.alloc(0), [{ content: large }])),
  });
  proxy = await startTlsProxy(member.port);
});

afterAll(async () => {
  await proxy.stop();
  await member.stop();
});

describe('TLS', () => {
  const through = () => ({ host: '127.0.0.1', port: proxy.port });

  it('carries what a plain connection carries', async () => {
    const client = await WireClient.open(through(), { tls: { ca: TEST_CERTIFICATE } });
    const handler = new RecordingHandler();
    client.ask(handler);
    await eventually(() => expect(handler.replies).toHaveLength(1));
    expect(handler.replies[0]?.subarray(-MIB)).toEqual(Buffer.alloc(MIB, 7));
    client.connection.close();
  });

  it.each([
    ['is not trusted', {}, 'self-signed certificate'],
    [
      'is for somebody else',
      { ca: TEST_CERTIFICATE, servername: 'example.com' },
      "does not match certificate's altnames",
    ],
  ])('refuses a member whose certificate %s', async (_, tls, reason) => {
    await expect(WireClient.open(through(), { tls })).rejects.toMatchObject({
      code: 'WIRE_CONNECTION_LOST',
      message: expect.stringContaining(reason),
    });
  });

  it('does not talk to a member without TLS', async () => {
    const plain = WireClient.open(member, { tls: { ca: TEST_CERTIFICATE }, connectTimeoutMs: 200 });
    await expect(plain).rejects.toMatchObject({ code: 'WIRE_CONNECTION_LOST' });
  });
});
