import { type ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Begins an answer that ends when its reader leaves, or when whoever writes it says so: no timeout of the server's applies to it
 * any more. Its line in the log and its sample are those of its beginning.
 */
export function beginEndlessAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  const { raw } = reply;
  reply.hijack();
  raw.socket?.setTimeout(0);
  // Behind it no other request on this connection would ever be answered.
  const all = { ...reply.getHeaders(), ...headers, connection: 'close' };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) raw.setHeader(name, value);
  raw.flushHeaders();
  request.server.answerBegan(request, reply);
  return raw;
}
