import { type IncomingMessage, type Server } from 'node:http';
import { type FastifyInstance } from 'fastify';
import { hasBody, isStreamed } from './media-types';

/** For the client of a streamed body to see its answer and stop sending. */
const UNREAD_TIMEOUT_MS = 5_000;

/**
 * Ends a request whose body is not there in time. Node has one such limit for the whole server, and an import may take
 * hours; so that one is off, and this one stands for it. The deadline of a streamed body begins with the end of its
 * answer: until then its handler watches over it.
 */
export function registerBodyDeadlines(instance: FastifyInstance, timeoutMs: number): void {
  const { server } = instance;
  instance.addHook('onRequest', async (request, reply) => {
    if (!hasBody(request)) return;
    if (!isStreamed(request)) return limit(request.raw, reply.raw, server, timeoutMs);
    reply.raw.once('finish', () => {
      // What is left unread would hold the client back from reading its answer.
      request.raw.unpipe().resume();
      limit(request.raw, reply.raw, server, Math.min(timeoutMs, UNREAD_TIMEOUT_MS));
    });
  });
}

function limit(raw: IncomingMessage, response: { headersSent: boolean }, server: Server, timeoutMs: number): void {
  if (raw.complete) return;
  const timer = setTimeout(() => {
    if (raw.complete) return;
    if (response.headersSent) raw.socket.destroy();
    else server.emit('clientError', lateError(), raw.socket);
  }, timeoutMs).unref();
  for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
}

/** What Node raises when headers do not come. */
function lateError(): NodeJS.ErrnoException {
  return Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
