import { type NearscoreError } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** One answered request. `route` is the pattern, so it has few values and never a key; undefined: none matched. */
export interface RequestSample {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

const errors = new WeakMap<FastifyRequest, NearscoreError>();
const QUIET_ROUTES = /^\/(health\/|metrics$|docs)/;

declare module 'fastify' {
  interface FastifyInstance {
    /** Logs a request whose answer has no end as answered; nothing more is said of it when it ends. */
    answerBegan(request: FastifyRequest, reply: FastifyReply): void;
  }
}

/** Remembers what a request failed with, for its line in the log. */
export function noteError(request: FastifyRequest, error: NearscoreError): void {
  errors.set(request, error);
}

/** One line per request, without path, query, headers or body: keys and values are the user's, not the log's. */
export function registerRequestLog(
  instance: FastifyInstance,
  logger: Logger,
  observe: (sample: RequestSample) => void,
): void {
  const endless = new WeakSet<FastifyRequest>();
  const answered = (request: FastifyRequest, reply: FastifyReply): void => {
    const sample = toSample(request, reply);
    observe(sample);
    writeLine(logger, request, sample, errors.get(request));
  };
  instance.decorate('answerBegan', (request, reply) => {
    endless.add(request);
    answered(request, reply);
  });
  instance.addHook('onResponse', async (request, reply) => {
    if (!endless.has(request)) answered(request, reply);
  });
  instance.addHook('onRequestAbort', async (request) => {
    if (endless.has(request)) return;
    logger.info({ requestId: request.id, method: request.method, route: routeOf(request) }, 'request aborted');
  });
}

function writeLine(logger: Logger, request: FastifyRequest, sample: RequestSample, error?: NearscoreError): void {
  const fields = { requestId: request.id, ...sample, ...(error && { code: error.code }) };
  if (error && (sample.status === 500 || error.code === 'INTERNAL_ERROR'))
    logger.error({ ...fields, err: error.cause ?? error }, 'request failed');
  else if (error && sample.status > 500) logger.warn({ ...fields, reason: error.message }, 'request failed');
  else logger[QUIET_ROUTES.test(sample.route ?? '') ? 'debug' : 'info'](fields, 'request');
}

function toSample(request: FastifyRequest, reply: FastifyReply): RequestSample {
  const { method } = request;
  return { method, route: routeOf(request), status: reply.statusCode, seconds: reply.elapsedTime / 1000 };
}

function routeOf(request: FastifyRequest): string | undefined {
  return request.is404 ? undefined : request.routeOptions.url;
}
