import { type FastifyRequest } from 'fastify';

export const JSON_TYPE = 'application/json';
export const MULTIPART = 'multipart/form-data';
export const NDJSON = 'application/x-ndjson';
export const CSV = 'text/csv';

/** Bodies of these types may be of any length: their handler reads them while they come. */
export const STREAMED_TYPES: readonly string[] = [NDJSON, CSV];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route's own media types: `@RouteConfig({ consumes: MULTIPART })`. Without it a body must be JSON. */
    consumes?: string | readonly string[];
    /** So long a client may ask the route to wait before it answers. */
    maxWaitMs?: number;
    /** Query parameters that may be given more than once. */
    repeatable?: readonly string[];
  }
}

/** The media types that the request's route takes. */
export function consumedTypes({ routeOptions }: FastifyRequest): readonly string[] {
  return [routeOptions.config.consumes ?? JSON_TYPE].flat();
}

/** Whether the request's body is one that its handler reads while it comes. */
export function isStreamed(request: FastifyRequest): boolean {
  const type = mediaTypeOf(request);
  return STREAMED_TYPES.includes(type) && !request.is404 && consumedTypes(request).includes(type);
}

/** In lower case, without parameters; empty when the request says none. */
export function mediaTypeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
