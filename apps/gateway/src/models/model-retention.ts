import { BackgroundTask } from '@nearscore/background';
import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type GridConnection } from '../grid/grid-connection';

const INTERVAL_MS = 600_000;

/**
 * Takes old versions away, after each admission and once in a while. All gateways do: what one has removed, or is removing, the
 * others leave out.
 */
export class ModelRetention {
  private readonly retaining: BackgroundTask;
  private closed = false;

  /** @param keep so many versions of each model; 0: all */
  constructor(
    private readonly connection: GridConnection,
    private readonly keep: number,
    private readonly logger: Logger,
  ) {
    this.retaining = new BackgroundTask(
      () => this.retain(),
      INTERVAL_MS,
      (error) => this.failed(error),
    );
    connection.onOpened(() => this.retaining.start());
  }

  /** Begins at once, or again after the round under way, which may have seen the old state. */
  soon(): void {
    this.retaining.soon();
  }

  /** A round under way ends with the connection: whatever it was doing, another gateway, or the next start, does the rest. */
  close(): void {
    this.closed = true;
    void this.retaining.stop();
  }

  private async retain(): Promise<void> {
    const removed = await this.connection.session().removal.retain(this.keep);
    for (const version of removed) this.logger.info(version, 'an old version of a model was removed');
  }

  private failed(error: unknown): void {
    if (!this.closed) this.logger.warn({ reason: messageOf(error) }, 'old versions of models could not be removed yet');
  }
}
