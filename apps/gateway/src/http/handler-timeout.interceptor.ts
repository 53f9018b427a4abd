import { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type GatewayLimits } from '@nearscore/config';
import type { FastifyRequest } from 'fastify';
import { Observable, throwError, timeout } from 'rxjs';
import { HandlerTimeoutError } from './http.errors';
import { isStreamed, MULTIPART } from './media-types';

/**
 * Answers in time when a handler does not. Fastify's own handlerTimeout ends with the last byte of the request's body
 * (5.11: it takes the request's `close` for an abort), so it never limits a write.
 */
export class HandlerTimeoutInterceptor implements NestInterceptor {
  constructor(private readonly limits: GatewayLimits) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // What is streamed in is answered when its last byte has come; its handler watches its own times.
    if (isStreamed(request)) return next.handle();
    const late = () => throwError(() => new HandlerTimeoutError());
    return next.handle().pipe(timeout({ first: this.timeoutMs(request), with: late }));
  }

  /** What a client asks a handler to wait for is not the handler's time; an upload is received and inspected inside its handler. */
  private timeoutMs({ routeOptions, query }: FastifyRequest): number {
    const { handlerTimeoutMs, requestTimeoutMs, modelLoadTimeoutMs } = this.limits;
    const { consumes, maxWaitMs = 0 } = routeOptions.config;
    if (consumes === MULTIPART) return requestTimeoutMs + modelLoadTimeoutMs + handlerTimeoutMs;
    const waits = (query as { wait?: unknown }).wait !== undefined;
    return handlerTimeoutMs + (waits ? maxWaitMs : 0);
  }
}
