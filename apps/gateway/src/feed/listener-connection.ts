import type { FastifyReply, FastifyRequest } from 'fastify';
import { beginEndlessAnswer } from '../http/endless-answer';
import { goneSignal } from '../http/gone-signal';
import { EventStream } from './event-stream';
import { type ListenerConnection } from './prediction-feeds';

export const EVENT_STREAM = 'text/event-stream';

const HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  // nginx would collect events before it passes them on.
  'x-accel-buffering': 'no',
};

/** A listener by its HTTP request. */
export function listenerConnection(
  request: FastifyRequest,
  reply: FastifyReply,
  maxBufferBytes: number,
): ListenerConnection {
  return {
    gone: goneSignal(reply),
    open: (tooSlow) => new EventStream(beginEndlessAnswer(request, reply, HEADERS), maxBufferBytes, tooSlow),
  };
}
