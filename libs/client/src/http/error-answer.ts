import { type ApiErrorFields, NearscoreApiError, type NearscoreError, UnexpectedAnswerError } from '../client.errors';

/** What an answer other than 2xx is thrown as. Reads its body. */
export async function errorOf(response: Response): Promise<NearscoreError> {
  const { status, headers } = response;
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
  const error = apiErrorIn(parseJson(await response.text()));
  if (error) return new NearscoreApiError(error, status, headers.get('x-request-id') ?? undefined, retryAfterMs);
  return new UnexpectedAnswerError(`HTTP ${status}, and not in the way of a gateway.`, status, retryAfterMs);
}

/** The `error` of an answer, or of a line of one; undefined when it has none. */
export function apiErrorIn(json: unknown): ApiErrorFields | undefined {
  if (typeof json !== 'object' || json === null || !('error' in json)) return undefined;
  return toApiError(json.error);
}

export function toApiError(error: unknown): ApiErrorFields | undefined {
  const { code, message, retriable, details, outcome } = (error ?? {}) as Partial<ApiErrorFields>;
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return { code, message, retriable: retriable === true, details: details ?? {}, ...(outcome && { outcome }) };
}

/** Seconds or an HTTP date, in milliseconds from now; undefined for anything else. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - nowMs);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
