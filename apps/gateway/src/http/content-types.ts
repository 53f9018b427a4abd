import multipart from '@fastify/multipart';
import { type GatewayLimits } from '@nearscore/config';
import { type FastifyInstance } from 'fastify';
import { parseJsonBody } from './json-body';
import { JSON_TYPE, STREAMED_TYPES } from './media-types';

const MAX_PART_HEADERS = 20;

/** Bodies are JSON by our own parser, or streams that their handlers read; Fastify's own parsers are taken out. */
export async function registerContentTypes(instance: FastifyInstance, limits: GatewayLimits): Promise<void> {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJsonBody(body, limits),
  );
  instance.addContentTypeParser([...STREAMED_TYPES], async (_request: unknown, body: unknown) => body);
  await instance.register(multipart, {
    limits: {
      // model, config, golden and sha256, each of which may be a file.
      files: 4,
      fields: 4,
      parts: 4,
      headerPairs: MAX_PART_HEADERS,
      fieldNameSize: 100,
      fieldSize: limits.maxBodyBytes,
      fileSize: limits.maxModelBytes,
    },
  });
}
