import type { FastifyReply } from 'fastify';

/** Aborted when the connection is closed, or the answer is complete: nobody waits for more of it. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
