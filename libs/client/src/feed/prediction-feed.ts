import { NearscoreConnectionError, NearscoreError, UnexpectedAnswerError } from '../client.errors';
import { AbortScope } from '../http/abort-scope';
import { delay } from '../http/delay';
import { type HttpCall, type HttpCaller } from '../http/http-caller';
import { retryAfterOf } from '../http/retry-policy';
import { type ListenedPrediction, type PredictionChange, type PredictionRemoval } from '../stream/prediction';
import { EVENT_STREAM, heardChunks, refuseOtherAnswers } from './event-connection';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser';
import { type FeedOptions, type FeedReset } from './feed.options';

const RETRY_MS = 1_000;
const MIN_RETRY_MS = 100;

/**
 * One listening to a stream's predictions over as many connections as it takes. An event is read only when the one
 * before it was dealt with; a new connection goes on behind the last that was read.
 */
export class PredictionFeed<TLabel extends string> {
  private lastEventId: string | undefined;
  private retryMs = RETRY_MS;
  private tries = 0;
  private closeReason: string | undefined;

  /** @param path of the stream's predictions */
  constructor(
    private readonly caller: HttpCaller,
    private readonly path: string,
    private readonly options: FeedOptions<TLabel>,
  ) {
    this.lastEventId = options.lastEventId;
  }

  /** Ends when the signal is aborted; throws what another connection would not mend. */
  async *changes(): AsyncGenerator<PredictionChange<TLabel>, void, undefined> {
    const { signal } = this.options;
    while (!signal?.aborted) {
      let error: NearscoreError | undefined;
      try {
        yield* this.connection();
      } catch (thrown) {
        if (signal?.aborted) return;
        error = this.passing(thrown);
      }
      await this.pause(error);
    }
  }

  private async *connection(): AsyncGenerator<PredictionChange<TLabel>, void, undefined> {
    const scope = new AbortScope(this.options.signal);
    this.closeReason = undefined;
    try {
      const response = await this.caller.open(this.call(), scope);
      scope.clearDeadline();
      refuseOtherAnswers(response);
      this.options.onOpen?.();
      yield* this.events(response, scope);
    } finally {
      scope.close();
    }
    if (this.closeReason === undefined) throw new NearscoreConnectionError('The gateway ended the connection.');
  }

  private async *events(
    response: Response,
    scope: AbortScope,
  ): AsyncGenerator<PredictionChange<TLabel>, void, undefined> {
    const parser = new EventStreamParser(this.lastEventId);
    for await (const chunk of heardChunks(response, scope, this.options.heartbeatTimeoutMs)) {
      for (const event of parser.push(chunk)) {
        if (scope.signal.aborted) return;
        this.lastEventId = event.lastEventId || undefined;
        const change = this.changeOf(event);
        if (change) yield change;
      }
      this.lastEventId = parser.lastEventId || undefined;
      this.retryMs = Math.max(parser.retryMs ?? this.retryMs, MIN_RETRY_MS);
    }
  }

  private changeOf({ type, data }: ServerSentEvent): PredictionChange<TLabel> | undefined {
    if (type === 'close') this.closeReason = parse<{ reason: string }>(data).reason;
    else if (type === 'reset') this.options.onReset?.(parse<FeedReset>(data));
    if (type !== 'prediction' && type !== 'removal') return undefined;
    this.tries = 0;
    const { lastEventId } = this;
    return type === 'prediction'
      ? { type, ...parse<ListenedPrediction<TLabel>>(data), lastEventId }
      : { type, ...parse<PredictionRemoval>(data), lastEventId };
  }

  private call(): HttpCall {
    const { from, label, minScore, keyPrefix } = this.options;
    return {
      method: 'GET',
      path: this.path,
      query: { from, label, minScore, keyPrefix },
      headers: { accept: EVENT_STREAM, ...(this.lastEventId && { 'last-event-id': this.lastEventId }) },
    };
  }

  /** Returns what another connection may mend, and throws the rest. */
  private passing(thrown: unknown): NearscoreError {
    const { maxTries = Infinity } = this.options;
    if (thrown instanceof NearscoreError && thrown.retriable && this.tries + 1 < maxTries) return thrown;
    throw thrown;
  }

  private async pause(error: NearscoreError | undefined): Promise<void> {
    this.tries++;
    const backOffMs = this.caller.retries.backOff(this.tries, this.retryMs);
    const retryInMs = Math.max(backOffMs, retryAfterOf(error));
    this.options.onDisconnect?.({ error, reason: this.closeReason, tries: this.tries, retryInMs });
    // It rejects when the signal is aborted, which ends the iteration by itself.
    await delay(retryInMs, this.options.signal).catch(() => undefined);
  }
}

function parse<T extends object>(data: string): T {
  const json = jsonOf(data);
  if (typeof json === 'object' && json !== null) return json as T;
  throw new UnexpectedAnswerError('The data of an event is not a JSON object.', 200);
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
