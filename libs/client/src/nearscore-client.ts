import { type ApiCall, type EventCall } from './api-call';
import { type CallOptions, type NearscoreClientOptions } from './client.options';
import { eventConnection } from './feed/event-connection';
import { type ServerSentEvent } from './feed/event-stream-parser';
import { HttpCaller } from './http/http-caller';
import { type JsonRecord } from './stream/record';
import { NearscoreStream } from './stream/nearscore-stream';
import { type StreamView } from './stream/stream-view';

/** A gateway, or several behind one address. It holds no connection of its own, so there is nothing to close. */
export class NearscoreClient {
  private readonly caller: HttpCaller;

  /** TypeError when `baseUrl` is none. */
  constructor(options: NearscoreClientOptions) {
    this.caller = new HttpCaller(options);
  }

  /** `client.stream<FraudRecord, 'fraud' | 'fine'>('fraud')`; asks nothing of the gateway. */
  stream<TRecord extends object = JsonRecord, TLabel extends string = string>(
    name: string,
  ): NearscoreStream<TRecord, TLabel> {
    return new NearscoreStream<TRecord, TLabel>(this.caller, name);
  }

  /** All streams. */
  async streams({ signal }: CallOptions = {}): Promise<readonly StreamView[]> {
    const { body } = await this.caller.json({ method: 'GET', path: '/v1/streams', signal });
    return (body as { streams: StreamView[] }).streams;
  }

  /**
   * Any route of the REST API, with the deadlines, retries and errors of all calls: for those that have no method here.
   * Resolves with the JSON of the answer; undefined: no content.
   */
  async request({ method = 'GET', body, timeoutMs, retry = true, headers, ...call }: ApiCall): Promise<unknown> {
    const answer = await this.caller.json({
      ...{ ...call, method, once: !retry },
      headers: { ...(typeof body === 'string' && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
      ...(timeoutMs !== undefined && { extraTimeoutMs: timeoutMs - this.caller.timeoutMs }),
    });
    return answer.body;
  }

  /**
   * The events of any route that has them, over one connection, and ends with it: whoever wants more calls again. Throws
   * NearscoreTimeoutError after `heartbeatTimeoutMs` without a byte.
   */
  events(call: EventCall): AsyncGenerator<ServerSentEvent, void, undefined> {
    return eventConnection(this.caller, call);
  }
}
