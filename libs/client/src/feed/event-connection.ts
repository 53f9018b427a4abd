import { type EventCall } from '../api-call';
import { NearscoreTimeoutError, UnexpectedAnswerError } from '../client.errors';
import { AbortScope } from '../http/abort-scope';
import { type HttpCaller } from '../http/http-caller';
import { textChunks } from '../http/text-chunks';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser';

export const EVENT_STREAM = 'text/event-stream';
const HEARTBEAT_TIMEOUT_MS = 45_000;

/** The events of one connection, until it ends. One that breaks throws NearscoreConnectionError. */
export async function* eventConnection(
  caller: HttpCaller,
  { signal, heartbeatTimeoutMs: silenceMs, path, query }: EventCall,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const scope = new AbortScope(signal);
  const call = { method: 'GET' as const, path, headers: { accept: EVENT_STREAM }, ...(query && { query }) };
  try {
    const response = await caller.open(call, scope);
    refuseOtherAnswers(response);
    const parser = new EventStreamParser();
    for await (const chunk of heardChunks(response, scope, silenceMs)) yield* parser.push(chunk);
  } finally {
    scope.close();
  }
}

/** The text of the answer as it comes. Throws NearscoreTimeoutError after a silence of `silenceMs`. */
export function heardChunks(
  response: Response,
  scope: AbortScope,
  silenceMs = HEARTBEAT_TIMEOUT_MS,
): AsyncGenerator<string> {
  return textChunks(response, scope.signal, {
    begin: () => scope.abortAfter(silenceMs, (ms) => new NearscoreTimeoutError(ms)),
    end: () => scope.clearDeadline(),
  });
}

/** Throws UnexpectedAnswerError for what is no event stream. */
export function refuseOtherAnswers({ headers, status }: Response): void {
  if (headers.get('content-type')?.startsWith(EVENT_STREAM)) return;
  throw new UnexpectedAnswerError('The answer is no event stream.', status);
}
