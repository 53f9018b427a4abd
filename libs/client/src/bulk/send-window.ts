export interface SendWindowLimits {
  /** Held before the source is asked to wait. One line more may come. */
  readonly maxChars: number;
}

/**
 * Lines on their way: from when the source gave them until the gateway has answered for them, so that they can be sent
 * again over another connection. Bounded: who pushes waits for room, who takes waits for lines.
 */
export class SendWindow {
  private lines: string[] = [];
  private sent = 0;
  private round = 0;
  private chars = 0;
  private ended = false;
  private failure: { readonly reason: unknown } | undefined;
  private waiting: (() => void)[] = [];

  /** @param answered number of the last line that needs no sending: those before are counted, but not held */
  constructor(
    private answered: number,
    private readonly limits: SendWindowLimits,
  ) {}

  /** Number of the last line that was answered for; lines count from 1. */
  get lastAnswered(): number {
    return this.answered;
  }

  /** Lines that were handed out and not yet answered for. */
  get outstanding(): number {
    return this.sent;
  }

  get isFull(): boolean {
    return this.chars >= this.limits.maxChars;
  }

  /** Resolves when it was taken in. Rejects when the window has failed. */
  async push(line: string): Promise<void> {
    if (this.isFull || this.failure) await this.until(() => !this.isFull);
    this.lines.push(line);
    this.chars += line.length;
    this.wake();
  }

  /** No other line will come. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  /** Whoever waits, or comes, gets `reason` thrown. */
  fail(reason: unknown): void {
    this.failure ??= { reason };
    this.wake();
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure.reason;
  }

  /** Waits until there is a line that was not answered for: true; false when there will be none. */
  async hasMore(): Promise<boolean> {
    await this.until(() => this.lines.length > 0 || this.ended);
    return this.lines.length > 0;
  }

  /**
   * Waits for unsent lines and hands out as many as `maxChars` hold, at least one. undefined: none will come, `mayStop`
   * says that they are not waited for, or they go to another round by now.
   *
   * @param round of the request that asks, from `rewind`: the body of a request that broke may still be read
   */
  async take(round: number, maxChars: number, mayStop: () => boolean = () => false): Promise<string | undefined> {
    await this.until(() => this.sent < this.lines.length || this.ended || this.round !== round || mayStop());
    if (this.round !== round) return undefined;
    const first = this.sent;
    for (let chars = 0; this.sent < this.lines.length; this.sent++) {
      chars += this.lines[this.sent]?.length ?? 0;
      if (chars > maxChars && this.sent > first) break;
    }
    return this.sent > first ? this.lines.slice(first, this.sent).join('') : undefined;
  }

  /** Every line up to number `last` is written, or told as failed. */
  answer(last: number): void {
    const count = Math.min(last - this.answered, this.sent);
    if (count <= 0) return;
    for (const line of this.lines.splice(0, count)) this.chars -= line.length;
    this.answered += count;
    this.sent -= count;
    this.wake();
  }

  /** Hands out again what was not answered for, to the round that it returns and to no round before. */
  rewind(): number {
    this.sent = 0;
    this.round++;
    this.wake();
    return this.round;
  }

  /** Lets who waits look again at what it waits for. */
  wake(): void {
    if (this.waiting.length === 0) return;
    for (const look of this.waiting.splice(0)) look();
  }

  private async until(isSo: () => boolean): Promise<void> {
    for (;;) {
      this.throwIfFailed();
      if (isSo()) return;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
