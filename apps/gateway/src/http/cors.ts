import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** What pages of other origins may send and read; everything else of them is plain. */
const OPTIONS = {
  methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'last-event-id'],
  exposedHeaders: ['retry-after', 'x-request-id'],
  /** Seconds for which a browser need not ask again; none keeps it longer than two hours. */
  maxAge: 3600,
};

/**
 * Lets pages of these origins call the gateway; without any, nothing is said and browsers refuse them. To be registered
 * before whatever may refuse a request, or pages could not read why.
 */
export async function registerCors(instance: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  await instance.register(cors, {
    ...OPTIONS,
    origin: (origin, answer) => answer(null, origin !== undefined && allowed.has(origin)),
  });
}
