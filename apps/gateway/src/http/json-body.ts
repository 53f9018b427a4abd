import { BodyMalformedError, JsonMalformedError } from './http.errors';
import { type JsonLimits, scanJson } from './json-scanner';

// ignoreBOM keeps a byte order mark in the text, where JSON.parse refuses it (RFC 8259, section 8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value of a JSON document within `limits`. Throws the JSON_… errors and BODY_MALFORMED; never repeats the text.
 * @param what is said not to be JSON: the body, or a line of it
 */
export function parseJsonBody(bytes: Uint8Array, limits: JsonLimits, what: 'body' | 'line' = 'body'): unknown {
  const text = decodeUtf8(bytes, what);
  scanJson(text, limits);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new JsonMalformedError(`The ${what} is not JSON.`, whereOf(error));
  }
}

function decodeUtf8(bytes: Uint8Array, what: 'body' | 'line'): string {
  if (bytes.length === 0) throw new BodyMalformedError(`The ${what} is empty; JSON was expected.`);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new BodyMalformedError(`The ${what} is not UTF-8.`);
  }
}

// V8's message quotes the text around the fault; only the position is passed on.
function whereOf(error: unknown): { offset: number } | undefined {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return position === undefined ? undefined : { offset: Number(position) };
}
