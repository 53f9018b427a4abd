import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { type LongRequest } from './long-request';

export interface AnswerLinesOptions {
  readonly request: FastifyRequest;
  readonly long: LongRequest;
  /** How long the client may leave a line unread. */
  readonly readTimeoutMs: number;
}

/** An answer whose next line is made when it is asked for. The request is over when it has all lines, or its client is gone. */
export function answerLines(
  lines: AsyncIterable<string>,
  { request, long, readTimeoutMs }: AnswerLinesOptions,
): Readable {
  const answer = Readable.from(whileRead(lines, readTimeoutMs, () => request.raw.socket.destroy()));
  return answer.once('close', () => long.over());
}

export function lineOf(line: object): string {
  return `${JSON.stringify(line)}\n`;
}

/** Passes lines on. `giveUp` is called when one is not taken in time: the client does not read. */
async function* whileRead(lines: AsyncIterable<string>, timeoutMs: number, giveUp: () => void): AsyncGenerator<string> {
  for await (const line of lines) {
    const timer = setTimeout(giveUp, timeoutMs);
    try {
      yield line;
    } finally {
      clearTimeout(timer);
    }
  }
}
