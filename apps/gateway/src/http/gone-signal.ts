import type { FastifyReply } from 'fastify';

/** Aborted when the connection is closed, or the answer is complete: nobody waits for more of it. At once where that is so already. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // `close` comes once: who asks after it would wait for ever.
  if (raw.destroyed || raw.req.socket.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return gone.signal;
}
