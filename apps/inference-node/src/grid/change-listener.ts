import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';

/** Hears of changes before they are looked for: one that cannot be had costs only time. */
export class ChangeListener {
  private end: (() => Promise<void>) | undefined;

  /** @param subject what changes, for the log */
  constructor(
    private readonly subject: string,
    private readonly logger: Logger,
  ) {}

  /** @param added resolves, when it hears, with what ends that */
  start(added: Promise<() => Promise<void>>): void {
    added.then(
      (end) => (this.end = end),
      (error: unknown) => this.logger.warn({ reason: messageOf(error) }, `no listener for ${this.subject}`),
    );
  }

  async stop(): Promise<void> {
    await this.end?.();
  }
}
