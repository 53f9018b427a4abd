import type { FastifyReply, FastifyRequest } from 'fastify';
import { beginEndlessAnswer } from '../http/endless-answer';
import { goneSignal } from '../http/gone-signal';
import { type StreamCatalog } from '../streams/stream-catalog';
import { EventStream } from './event-stream';
import { parseListenRequest } from './listen-request';
import { type PredictionFeeds } from './prediction-feeds';

export const EVENT_STREAM = 'text/event-stream';

export const EVENT_STREAM_HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  // nginx would collect events before it passes them on.
  'x-accel-buffering': 'no',
};

/** Listening to a stream over HTTP. */
export class ListenService {
  constructor(
    private readonly feeds: PredictionFeeds,
    private readonly catalog: StreamCatalog,
    private readonly limits: { readonly maxListenerBytes: number },
  ) {}

  /** Resolves when the answer has begun. Rejects with what is to be answered instead. */
  async listen(stream: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const lastEventId = [request.headers['last-event-id']].flat()[0];
    const wanted = parseListenRequest(request.query as Record<string, unknown>, lastEventId);
    if (request.method === 'HEAD') {
      await this.catalog.get(stream);
      return void reply.headers(EVENT_STREAM_HEADERS).send();
    }
    await this.feeds.listen(stream, wanted, {
      gone: goneSignal(reply),
      open: (tooSlow) =>
        new EventStream(
          beginEndlessAnswer(request, reply, EVENT_STREAM_HEADERS),
          this.limits.maxListenerBytes,
          tooSlow,
        ),
    });
  }
}
