import { randomUUID } from 'node:crypto';
import { type Socket } from 'node:net';
import { type GatewayLimits } from '@nearscore/config';
import { NearscoreError } from '@nearscore/errors';
import { errorAnswer, sendAnswer } from './error-answer';
import { BadRequestError, InternalError } from './http.errors';
import type { FastifyHttpOptions, FastifyReply, RawServerDefault } from 'fastify';
import { answerClientError } from './raw-errors';

type ServerOptions = FastifyHttpOptions<RawServerDefault>;

/**
 * The server's options. Fastify's and Node's own defaults leave most timeouts off.
 * @param onRefused told of each request that was refused before it became one
 */
export function serverOptions(limits: GatewayLimits, onRefused: (error: NearscoreError) => void): ServerOptions {
  return {
    bodyLimit: limits.maxBodyBytes,
    // Node's limit knows no routes; each body has its own deadline: body-deadline.ts.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Nothing moves on the socket for as long as a request and its answer may take together: the client is gone.
    connectionTimeout: limits.requestTimeoutMs + limits.handlerTimeoutMs + limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.maxRequestsPerSocket,
    trustProxy: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    // The header limit bounds the path; a key that is too long is told so instead of "not found".
    routerOptions: { maxParamLength: limits.maxHeaderBytes },
    http: nodeOptions(limits),
    clientErrorHandler: (fault: NodeJS.ErrnoException, socket: Socket) => {
      const error = answerClientError(fault, socket);
      if (error) onRefused(error);
    },
    frameworkErrors: (fault, request, reply) => {
      const error = fault.statusCode === 400 ? new BadRequestError('The path is not valid.') : new InternalError(fault);
      onRefused(error);
      sendAnswer(reply as unknown as FastifyReply, errorAnswer(error, request.method));
    },
  };
}

function nodeOptions(limits: GatewayLimits): Record<string, unknown> {
  const headersTimeout = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs);
  return {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout,
    // How often Node looks for connections past their timeouts; its default of 30 s would make 10 s mean 40.
    connectionsCheckingInterval: Math.min(1000, Math.ceil(headersTimeout / 2)),
    insecureHTTPParser: false,
    // Node answers a missing Host without a body; the request guards answer in the shape of all errors.
    requireHostHeader: false,
  };
}
