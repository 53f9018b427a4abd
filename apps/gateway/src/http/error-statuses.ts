/**
 * The one table from error code to HTTP status. A code that is not here is never shown to a client: it is answered as
 * INTERNAL_ERROR and logged. docs/errors.md lists the same; a test compares both ways.
 */
const STATUSES: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  BODY_MALFORMED: 400,
  JSON_KEY_REFUSED: 400,
  JSON_MALFORMED: 400,
  JSON_NUMBER_REFUSED: 400,
  JSON_TOO_DEEP: 400,
  JSON_TOO_MANY_KEYS: 400,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  INTERNAL_ERROR: 500,
  GATEWAY_STOPPING: 503,
  HANDLER_TIMEOUT: 503,
};

/** Undefined for a code that clients never see. */
export function statusOf(code: string): number | undefined {
  return Object.hasOwn(STATUSES, code) ? STATUSES[code] : undefined;
}

export const STATUS_BY_CODE = STATUSES;
