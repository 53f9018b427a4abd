/** Runs work every so often and when asked, never twice at once, and never lets its failure pass unseen. */
export class BackgroundTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Runs now, and then after each interval. */
  start(): void {
    this.soon();
  }

  /** Runs at once, or once more after the run under way, which may have seen the old state. */
  soon(): void {
    if (this.stopped) return;
    if (this.running) this.again = true;
    else this.running = this.run();
  }

  /** Resolves when the run under way has ended; none follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    await this.work().catch(this.onError);
    this.running = undefined;
    if (this.stopped) return;
    if (this.again) {
      this.again = false;
      this.soon();
    } else {
      this.timer = setTimeout(() => this.soon(), this.intervalMs);
    }
  }
}
