import { NearscoreConnectionError } from '../client.errors';
import { failureOf } from './http-caller';

/** Sets the deadline of a reading that begins, and takes it away when something came. */
export interface ReadingWatch {
  begin(): void;
  end(): void;
}

/**
 * An answer's text as it comes; nothing is read before it is asked for, so that a slow reader slows the sender. Ends
 * with the body; throws the reason of `signal`, or NearscoreConnectionError.
 */
export async function* textChunks(
  response: Response,
  signal: AbortSignal,
  watch?: ReadingWatch,
): AsyncGenerator<string, void, undefined> {
  if (!response.body) throw new NearscoreConnectionError('The answer has no body.');
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  // Its default drops a byte order mark at the start, as JSON and event streams want it.
  const decoder = new TextDecoder();
  try {
    for (;;) {
      watch?.begin();
      const { done, value } = await reader.read();
      watch?.end();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } catch (error) {
    throw failureOf(error, signal);
  } finally {
    // Nobody waits for it: where the connection is lost already, it rejects.
    reader.cancel().catch(() => undefined);
  }
}
