import { JsonKeyRefusedError, JsonNumberRefusedError, JsonTooDeepError, JsonTooManyKeysError } from './http.errors';

export interface JsonLimits {
  readonly maxJsonDepth: number;
  readonly maxObjectKeys: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

const NUMBER = /[-+.0-9eE]+/y;
const AFTER_NAME = /[ \t\r\n]*:[ \t\r\n]*/y;
const INTEGER = /^-?(0|[1-9]\d*)$/;

/**
 * Walks over JSON text once, without recursion and before anything is parsed, and refuses what JSON.parse would take
 * and change silently or choke on later: nesting, keys per object, repeated and reserved keys, numbers out of range.
 * It does not prove that the text is JSON; JSON.parse does, and every text it takes was seen here as it is.
 */
export function scanJson(text: string, limits: JsonLimits): void {
  new JsonScan(text, limits).run();
}

class JsonScan {
  /** Keys of the objects that are open; null for an array. At most `maxJsonDepth` of them. */
  private readonly open: (Set<string> | null)[] = [];
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
  ) {}

  run(): void {
    while (this.position < this.text.length) this.step(this.text.charCodeAt(this.position));
  }

  private step(code: number): void {
    if (code === QUOTE) return this.string();
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) return this.enter(code === OPEN_OBJECT ? new Set() : null);
    if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) this.open.pop();
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.number();
    this.position++;
  }

  private enter(keys: Set<string> | null): void {
    if (this.open.length === this.limits.maxJsonDepth) throw new JsonTooDeepError(this.limits.maxJsonDepth);
    this.open.push(keys);
    this.position++;
  }

  private string(): void {
    const start = this.position;
    const end = endOfString(this.text, start);
    this.position = end;
    const keys = this.open.at(-1);
    if (!keys) return;
    AFTER_NAME.lastIndex = end;
    if (AFTER_NAME.test(this.text)) this.name(keys, start, end, this.text.charCodeAt(AFTER_NAME.lastIndex));
  }

  private name(keys: Set<string>, start: number, end: number, valueStart: number): void {
    const name = decodeName(this.text.slice(start, end));
    if (keys.has(name)) throw new JsonKeyRefusedError('repeated', start);
    if (name === '__proto__' || (name === 'constructor' && valueStart === OPEN_OBJECT)) {
      throw new JsonKeyRefusedError('reserved', start);
    }
    if (keys.size === this.limits.maxObjectKeys) throw new JsonTooManyKeysError(this.limits.maxObjectKeys);
    keys.add(name);
  }

  private number(): void {
    NUMBER.lastIndex = this.position;
    const token = NUMBER.exec(this.text)?.[0] ?? '';
    if (!survivesParsing(token)) throw new JsonNumberRefusedError(this.position);
    this.position += token.length;
  }
}

/** The position after the closing quote of the string that opens at `start`; the text's end when there is none. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote, start)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote + 1;
}

function isEscaped(text: string, quote: number, start: number): boolean {
  let before = quote - 1;
  while (before > start && text.charCodeAt(before) === BACKSLASH) before--;
  return (quote - before) % 2 === 0;
}

// "\u0061" and "a" are the same key. A broken escape is left for JSON.parse to report.
function decodeName(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

/** False when the double that JSON.parse makes is infinite, or is another integer than the one written. */
function survivesParsing(token: string): boolean {
  const value = Number(token);
  if (Number.isNaN(value)) return true;
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) || !INTEGER.test(token)) return true;
  return String(value) === token || BigInt(value) === BigInt(token);
}
