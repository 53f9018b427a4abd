import { type Readable } from 'node:stream';
import { NearscoreError } from '@nearscore/errors';
import { BodyMalformedError, RequestTimeoutError } from '../http/http.errors';

/**
 * A body, piece by piece. Unlike the stream's own iterator it leaves the stream alone when its reader stops early:
 * destroying a request would take the connection, and with it the answer.
 */
export class BodyChunks {
  private wake: () => void = () => undefined;
  private failure: Error | undefined;

  /** @param idleTimeoutMs between two pieces; the time in which nobody asks for one does not count */
  constructor(
    private readonly body: Readable,
    private readonly idleTimeoutMs: number,
  ) {
    const wake = (): void => this.wake();
    for (const event of ['readable', 'end', 'close']) body.on(event, wake);
    body.on('error', (error: Error) => {
      this.failure = error;
      wake();
    });
  }

  /**
   * The next piece; undefined: the body has ended. RequestTimeoutError when none comes in time, BodyMalformedError when
   * it broke off or does not decompress; the signal's reason when that is aborted.
   */
  async next(signal: AbortSignal): Promise<Buffer | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const chunk = this.body.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.body.readableEnded) return undefined;
      if (this.failure || this.body.destroyed) throw asBodyError(this.failure);
      await this.news(signal);
    }
  }

  private news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new RequestTimeoutError()), this.idleTimeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', this.wake);
        resolve();
      };
      signal.addEventListener('abort', this.wake, { once: true });
    });
  }
}

function asBodyError(error: Error | undefined): NearscoreError {
  return error instanceof NearscoreError ? error : new BodyMalformedError('The body ended early.', { cause: error });
}
