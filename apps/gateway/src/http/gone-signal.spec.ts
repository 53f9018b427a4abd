import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyReply } from 'fastify';
import { goneSignal } from './gone-signal';

let server: Server;
beforeEach(async () => void (await once((server = createServer()).listen(0, '127.0.0.1'), 'listening')));
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const replyOf = (raw: ServerResponse) => ({ raw }) as FastifyReply;

/** A request whose client leaves when it likes. */
async function ask() {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
    client.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n'),
  );
  client.resume();
  const [, raw] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  return { client, raw };
}

describe('goneSignal', () => {
  it('is aborted when the client leaves', async () => {
    const { client, raw } = await ask();
    const gone = goneSignal(replyOf(raw));
    expect(gone.aborted).toBe(false);
    client.destroy();
    await once(gone, 'abort');
  });

  it('is aborted from the beginning when the client has left already', async () => {
    const { client, raw } = await ask();
    client.destroy();
    await once(raw, 'close');
    expect(goneSignal(replyOf(raw)).aborted).toBe(true);
  });

  it('is aborted when the answer is complete, before or after', async () => {
    const { raw } = await ask();
    const gone = goneSignal(replyOf(raw));
    raw.end();
    await once(gone, 'abort');
    expect(goneSignal(replyOf(raw)).aborted).toBe(true);
  });
});
