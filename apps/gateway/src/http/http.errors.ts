import { NearscoreError, type NearscoreErrorOptions } from '@nearscore/errors';

type Details = NearscoreErrorOptions['details'];

/** The request itself is not one that the gateway understands: framing, target, host, query. */
export class BadRequestError extends NearscoreError {
  constructor(message: string, details?: Details) {
    super('BAD_REQUEST', message, { details });
  }
}

export class RouteNotFoundError extends NearscoreError {
  constructor() {
    super('ROUTE_NOT_FOUND', 'There is nothing at this path; /docs lists what there is.');
  }
}

export class MethodNotAllowedError extends NearscoreError {
  constructor(readonly allowed: readonly string[]) {
    super('METHOD_NOT_ALLOWED', `This path answers ${allowed.join(', ')} only.`, { details: { allowed } });
  }
}

export class BodyTooLargeError extends NearscoreError {
  constructor(maxBytes: number) {
    super('BODY_TOO_LARGE', `The body, sent or decompressed, is larger than ${maxBytes} bytes.`, {
      details: { maxBytes },
    });
  }
}

export class UnsupportedMediaTypeError extends NearscoreError {
  constructor(message: string, details?: Details) {
    super('UNSUPPORTED_MEDIA_TYPE', message, { details });
  }
}

/** Nothing that this path answers with is of a type that the request's Accept header takes. */
export class NotAcceptableError extends NearscoreError {
  constructor(offered: readonly string[]) {
    super('NOT_ACCEPTABLE', `This path answers ${offered.join(' or ')} only.`, { details: { offered } });
  }
}

/** The body does not decode: compression, length, UTF-8, multipart, or none at all. */
export class BodyMalformedError extends NearscoreError {
  constructor(message: string, options: NearscoreErrorOptions = {}) {
    super('BODY_MALFORMED', message, options);
  }
}

export class JsonMalformedError extends NearscoreError {
  constructor(message: string, details?: Details) {
    super('JSON_MALFORMED', message, { details });
  }
}

export class JsonTooDeepError extends NearscoreError {
  constructor(maxDepth: number) {
    super('JSON_TOO_DEEP', `Objects and arrays may be nested ${maxDepth} deep.`, { details: { maxDepth } });
  }
}

export class JsonTooManyKeysError extends NearscoreError {
  constructor(maxKeys: number) {
    super('JSON_TOO_MANY_KEYS', `An object may have ${maxKeys} keys.`, { details: { maxKeys } });
  }
}

/** Twice in one object, or a name with a meaning in JavaScript (`__proto__`). */
export class JsonKeyRefusedError extends NearscoreError {
  constructor(reason: 'repeated' | 'reserved', offset: number) {
    super('JSON_KEY_REFUSED', `An object has a ${reason} key.`, { details: { reason, offset } });
  }
}

/** `1e999`, or an integer that a double would change. Converted silently it would be another number. */
export class JsonNumberRefusedError extends NearscoreError {
  constructor(offset: number) {
    super('JSON_NUMBER_REFUSED', 'There is a number that a 64-bit float does not hold.', { details: { offset } });
  }
}

export class HeadersTooLargeError extends NearscoreError {
  constructor(message: string, details?: Details) {
    super('HEADERS_TOO_LARGE', message, { details });
  }
}

/** The request did not arrive in time. */
export class RequestTimeoutError extends NearscoreError {
  constructor() {
    super('REQUEST_TIMEOUT', 'The request did not arrive in time.', { retriable: true });
  }
}

export class ExpectationFailedError extends NearscoreError {
  constructor() {
    super('EXPECTATION_FAILED', 'Of Expect only 100-continue is understood.');
  }
}

/** The answer was not ready in time; for a write its outcome is unknown. */
export class HandlerTimeoutError extends NearscoreError {
  constructor() {
    super('HANDLER_TIMEOUT', 'The gateway did not finish in time.', { retriable: true });
  }
}

/** The gateway is shutting down; another one, or this one later, will answer. */
export class GatewayStoppingError extends NearscoreError {
  constructor() {
    super('GATEWAY_STOPPING', 'This gateway is shutting down.', { retriable: true });
  }
}

/** Something broke that has no name; the log has the cause, the answer does not. */
export class InternalError extends NearscoreError {
  constructor(cause?: unknown) {
    super('INTERNAL_ERROR', 'The gateway failed to answer; its log says why.', { cause });
  }
}
