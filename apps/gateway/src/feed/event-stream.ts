import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { type EventSink } from './listener';

/** A reader that takes nothing does not take the end either. */
const END_GRACE_MS = 5_000;

/** Server-sent events on an answer that has no end of its own. What its reader does not take is held up to a limit. */
export class EventStream implements EventSink {
  private isOver = false;

  /** @param tooSlow called in the `send` that goes over the limit */
  constructor(
    private readonly response: ServerResponse,
    private readonly maxBufferBytes: number,
    private readonly tooSlow: () => void,
  ) {}

  send(text: Buffer | string): void {
    if (this.isOver || this.response.destroyed) return;
    this.response.write(text);
    if (this.response.writableLength > this.maxBufferBytes) this.tooSlow();
  }

  async roomFor(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.response.writableNeedDrain) await once(this.response, 'drain', { signal });
  }

  end(text?: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.response.end(text);
    const timer = setTimeout(() => this.response.destroy(), END_GRACE_MS);
    this.response.once('close', () => clearTimeout(timer));
  }
}
