import {
  NearscoreApiError,
  NearscoreConnectionError,
  NearscoreTimeoutError,
  UnexpectedAnswerError,
} from '../client.errors';
import { type FetchLike, type HeaderSource, type NearscoreClientOptions } from '../client.options';
import { AbortScope } from './abort-scope';
import { untilAborted } from './delay';
import { errorOf } from './error-answer';
import { RetryPolicy } from './retry-policy';

type QueryValue = string | number | readonly string[] | undefined;

export interface HttpCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From `/v1`, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: HeaderSource;
  readonly body?: string | FormData | ReadableStream<Uint8Array>;
}

export interface JsonCall extends HttpCall {
  readonly signal?: AbortSignal;
  /** Beyond the client's: the gateway may take so much longer. */
  readonly extraTimeoutMs?: number;
  /** Codes that mean "there is none" rather than a failure. */
  readonly absentCodes?: readonly string[];
  /** One try, whatever comes of it. */
  readonly once?: boolean;
}

export interface JsonAnswer {
  readonly status: number;
  /** undefined: no content, or absent */
  readonly body: unknown;
}

/** Calls the gateway's API: addresses, headers, deadlines, retries, and errors of one kind. */
export class HttpCaller {
  readonly retries: RetryPolicy;
  readonly timeoutMs: number;
  private readonly baseUrl: string;
  private readonly fetch: FetchLike;
  private readonly headers: () => HeaderSource | Promise<HeaderSource>;

  constructor({ baseUrl, fetch, headers = {}, retry, timeoutMs = 30_000 }: NearscoreClientOptions) {
    // Tells a wrong address here rather than with the first call.
    this.baseUrl = new URL(baseUrl).href.replace(/[?#].*$/, '').replace(/\/+$/, '');
    // Browsers refuse a fetch that is called as a method of anything else.
    this.fetch = fetch ?? globalThis.fetch.bind(globalThis);
    this.headers = typeof headers === 'function' ? headers : () => headers;
    this.retries = new RetryPolicy(retry);
    this.timeoutMs = timeoutMs;
  }

  /** A call whose answer is one JSON document, tried again as the policy says. */
  json({ once = false, ...call }: JsonCall): Promise<JsonAnswer> {
    if (once) return this.tryJson(call);
    return this.retries.run(() => this.tryJson(call), call.signal);
  }

  /**
   * One try; resolves with a 2xx whose body is still to come. The scope ends all of it; `timeoutMs` of silence before
   * the answer begins do, too, unless the caller sees to deadlines itself.
   */
  async open(call: HttpCall, scope: AbortScope, timeoutMs: number | undefined = this.timeoutMs): Promise<Response> {
    if (timeoutMs !== Infinity) scope.abortAfter(timeoutMs, (ms) => new NearscoreTimeoutError(ms));
    const response = await this.send(call, scope.signal);
    if (!response.ok) throw await readBody(errorOf(response), scope.signal);
    return response;
  }

  private async tryJson({
    signal,
    extraTimeoutMs = 0,
    absentCodes = [],
    ...call
  }: Omit<JsonCall, 'once'>): Promise<JsonAnswer> {
    const scope = new AbortScope(signal);
    try {
      const response = await this.open(call, scope, this.timeoutMs + extraTimeoutMs);
      return { status: response.status, body: parse(await readBody(response.text(), scope.signal), response.status) };
    } catch (error) {
      if (error instanceof NearscoreApiError && absentCodes.includes(error.code)) return ABSENT;
      throw error;
    } finally {
      scope.close();
    }
  }

  private async send({ method, path, query = {}, headers, body }: HttpCall, signal: AbortSignal): Promise<Response> {
    // Asked outside of the try: what it throws is the caller's own.
    const own = await untilAborted((async () => this.headers())(), signal);
    const init: RequestInit & { duplex?: 'half' } = {
      ...{ method, signal, headers: { accept: 'application/json', ...headers, ...own } },
      ...(body !== undefined && { body: body as RequestInit['body'] }),
      ...(body instanceof ReadableStream && { duplex: 'half' as const }),
    };
    try {
      return await this.fetch(`${this.baseUrl}${path}${queryOf(query)}`, init);
    } catch (error) {
      throw failureOf(error, signal);
    }
  }
}

const ABSENT: JsonAnswer = { status: 404, body: undefined };

/** What a broken request or answer is thrown as: the reason of the abort if it was one. */
export function failureOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return new NearscoreConnectionError(`The gateway was not reached, or lost: ${reasonOf(error)}`, error);
}

/** Node says no more than "fetch failed", and keeps for the cause which address refused. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code } = (error.cause ?? {}) as { message?: unknown; code?: unknown };
  return [message, code, error.message].find((text) => typeof text === 'string' && text !== '') as string;
}

async function readBody<T>(reading: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw failureOf(error, signal);
  }
}

function parse(text: string, status: number): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswerError('The answer is not JSON.', status);
  }
}

function queryOf(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const part of value === undefined ? [] : [value].flat()) parameters.append(name, String(part));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
