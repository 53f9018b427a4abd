import multipart from '@fastify/multipart';
import { type GatewayLimits } from '@nearscore/config';
import { type FastifyInstance } from 'fastify';
import { parseJsonBody } from './json-body';

const MAX_PART_HEADERS = 20;

/** Bodies are JSON by our own parser, or multipart streams; Fastify's own parsers are taken out. */
export async function registerContentTypes(instance: FastifyInstance, limits: GatewayLimits): Promise<void> {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJsonBody(body, limits),
  );
  await instance.register(multipart, {
    limits: {
      files: 2,
      fields: 2,
      parts: 2,
      headerPairs: MAX_PART_HEADERS,
      fieldNameSize: 100,
      fieldSize: limits.maxBodyBytes,
      fileSize: limits.maxModelBytes,
    },
  });
}
