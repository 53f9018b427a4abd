import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type GridConnection } from '../grid/grid-connection';

const INTERVAL_MS = 600_000;

/**
 * Takes old versions away, after each admission and once in a while. All gateways do: what one has removed, or is removing, the
 * others leave out.
 */
export class ModelRetention {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private closed = false;

  /** @param keep so many versions of each model; 0: all */
  constructor(
    private readonly connection: GridConnection,
    private readonly keep: number,
    private readonly logger: Logger,
  ) {
    connection.onOpened(() => this.soon());
  }

  /** Begins at once, or again after the round under way, which may have seen the old state. */
  soon(): void {
    if (this.closed) return;
    if (this.running) this.again = true;
    else this.running = this.round();
  }

  /** A round under way ends with the connection: whatever it was doing, another gateway, or the next start, does the rest. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    clearTimeout(this.timer);
    await this.retain();
    this.running = undefined;
    if (this.closed) return;
    if (this.again) {
      this.again = false;
      this.soon();
    } else {
      this.timer = setTimeout(() => this.soon(), INTERVAL_MS);
    }
  }

  private async retain(): Promise<void> {
    try {
      const removed = await this.connection.session().removal.retain(this.keep);
      for (const version of removed) this.logger.info(version, 'an old version of a model was removed');
    } catch (error) {
      if (!this.closed)
        this.logger.warn({ reason: messageOf(error) }, 'old versions of models could not be removed yet');
    }
  }
}
