/** So many readings of listeners that catch up are under way at once, in the whole gateway: what they hold is bounded. */
export class ReadingSlots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Rejects with the signal's reason when that comes before a slot. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.take();
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.give();
    }
  }

  private async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
