import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { rolloutOf } from '../../../../test/fixtures/registry/rollout';
import { RolloutProgress } from './rollout-progress';
import { toRolloutView } from './rollout-view';

const LIMITS = { maxListeners: 1, maxListenerBytes: 1_000_000, listenerHeartbeatMs: 1_000 };

let server: Server;
const ending: RolloutProgress[] = [];
beforeEach(async () => void (await once((server = createServer()).listen(0, '127.0.0.1'), 'listening')));
afterEach(() => {
  for (const progress of ending.splice(0)) progress.close();
  server.closeAllConnections();
  server.close();
});

/** A request whose client leaves when it likes, as Fastify hands it on. */
async function ask() {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1', () =>
    client.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n'),
  );
  client.resume();
  const [, raw] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const reply = { raw, hijack: () => reply, getHeaders: () => ({}) } as unknown as FastifyReply;
  const request = { server: { answerBegan: () => undefined } } as unknown as FastifyRequest;
  return { client, raw, reply, request };
}

/** Progress of one rollout that goes on, and how many look at it. */
function progressOf() {
  const looking = new Set<unknown>();
  const onLooked = (listener: unknown) => {
    looking.add(listener);
    return () => void looking.delete(listener);
  };
  const progress = new RolloutProgress({ onLooked, wake: () => undefined }, LIMITS);
  ending.push(progress);
  const first = toRolloutView(rolloutOf(), [], Date.now());
  const follow = ({ request, reply }: Awaited<ReturnType<typeof ask>>): void => progress.follow(first, request, reply);
  return { looking, follow };
}

describe('RolloutProgress', () => {
  it('keeps nothing of a listener that left while its rollout was looked for: its place is free', async () => {
    const { looking, follow } = progressOf();
    const left = await ask();
    left.client.destroy();
    await once(left.raw, 'close');
    follow(left);
    expect(looking.size).toBe(0);
    const next = await ask();
    follow(next);
    expect(looking.size).toBe(1);
  });
});
