import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { inflateBody } from './body-inflate';
import { BadRequestError, GatewayStoppingError, HeadersTooLargeError, UnsupportedMediaTypeError } from './http.errors';
import { consumedTypes, hasBody, isStreamed, mediaTypeOf, MULTIPART } from './media-types';

export interface GuardOptions {
  readonly maxBodyBytes: number;
  readonly maxHeaders: number;
  readonly isStopping: () => boolean;
}

/** What is refused of any request before its route sees it. */
export function registerRequestGuards(instance: FastifyInstance, options: GuardOptions): void {
  // Node drops headers past its limit silently: one more than the limit shows that there were too many.
  instance.server.maxHeadersCount = options.maxHeaders + 1;
  instance.addHook('onRequest', async (request) => {
    if (options.isStopping()) throw new GatewayStoppingError();
    refuseManyHeaders(request, options.maxHeaders);
    refuseDoubtfulHost(request);
    refuseRepeatedParameters(request);
  });
  // A kept connection would hold the server open until its timeout.
  instance.addHook('onSend', async (_request, reply) => {
    if (options.isStopping()) reply.header('connection', 'close');
  });
  instance.addHook('preParsing', async (request, _reply, body) => {
    if (request.is404 || !hasBody(request)) return body;
    refuseOtherMediaTypes(request);
    const maxBytes = isStreamed(request) ? Infinity : options.maxBodyBytes;
    return inflateBody(body, request.headers['content-encoding'], maxBytes);
  });
}

function refuseManyHeaders({ raw }: FastifyRequest, maxHeaders: number): void {
  if (raw.rawHeaders.length / 2 <= maxHeaders) return;
  throw new HeadersTooLargeError(`A request may have ${maxHeaders} headers.`, { maxHeaders });
}

// RFC 9112, section 3.2: exactly one Host, or a proxy before us may have routed by another one.
function refuseDoubtfulHost({ raw }: FastifyRequest): void {
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && raw.httpVersion !== '1.0')) {
    throw new BadRequestError('A request has exactly one Host header.');
  }
}

function refuseRepeatedParameters({ query, routeOptions }: FastifyRequest): void {
  const { repeatable = [] } = routeOptions.config;
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (Array.isArray(value) && !repeatable.includes(name))
      throw new BadRequestError('A query parameter is given twice.', { parameter: name });
  }
}

function refuseOtherMediaTypes(request: FastifyRequest): void {
  const types = consumedTypes(request);
  const type = mediaTypeOf(request);
  const encoded = types.includes(MULTIPART) && (request.headers['content-encoding'] ?? 'identity') !== 'identity';
  if (types.includes(type) && !hasForeignCharset(request) && !encoded) return;
  const expected = types.join(' or ');
  throw new UnsupportedMediaTypeError(
    `The body must be ${expected}${encoded ? ' without compression' : ' in UTF-8'}.`,
    {
      expected,
    },
  );
}

function hasForeignCharset({ headers }: FastifyRequest): boolean {
  const [, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  return parameters.some((text) => /^\s*charset=/.test(text) && !/=\s*"?utf-?8"?\s*$/.test(text));
}
