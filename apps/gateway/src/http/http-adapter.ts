import helmet from '@fastify/helmet';
import { type GatewayLimits } from '@nearscore/config';
import { type Logger } from '@nearscore/logging';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AllowedMethods } from './allowed-methods';
import { registerBodyDeadlines } from './body-deadline';
import { registerContentTypes } from './content-types';
import { registerCors } from './cors';
import { ErrorFilter } from './error.filter';
import { answerExpectations } from './raw-errors';
import { registerRequestGuards } from './request-guards';
import { registerRequestLog, type RequestSample } from './request-log';
import { serverOptions } from './server-options';

export interface HttpOptions {
  readonly limits: GatewayLimits;
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
  readonly isStopping: () => boolean;
  readonly observe: (sample: RequestSample) => void;
}

/** Fastify with every limit in place, and the filter that gives all its errors one shape. */
export async function createHttpAdapter(
  options: HttpOptions,
): Promise<{ adapter: FastifyAdapter; filter: ErrorFilter }> {
  const { limits, corsOrigins, logger, isStopping, observe } = options;
  const adapter = new FastifyAdapter(serverOptions(limits, ({ code }) => logger.info({ code }, 'request refused')));
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  const allowedMethods = new AllowedMethods();
  instance.addHook('onRoute', ({ url, method }) => allowedMethods.add(url, method));
  instance.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  answerExpectations(instance.server);
  registerRequestLog(instance, logger, observe);
  await registerCors(instance, corsOrigins);
  registerBodyDeadlines(instance, limits.requestTimeoutMs);
  registerRequestGuards(instance, { ...limits, isStopping });
  await registerContentTypes(instance, limits);
  await instance.register(helmet, HELMET);
  return { adapter, filter: new ErrorFilter(allowedMethods, limits.maxBodyBytes) };
}

// The gateway itself speaks plain HTTP: whether a browser must use TLS is for the proxy before it to say.
const HELMET = {
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
} as const;
