/** Those who wait until something that happens again and again has happened once more. */
export class Waiters {
  private waiting: (() => void)[] = [];

  add(waiter: () => void): void {
    this.waiting.push(waiter);
  }

  /** It has happened. Who comes while they are told waits for the next time. */
  release(): void {
    if (this.waiting.length > 0) for (const waiter of this.waiting.splice(0)) waiter();
  }
}
