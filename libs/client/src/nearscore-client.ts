import { type CallOptions, type NearscoreClientOptions } from './client.options';
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
}
