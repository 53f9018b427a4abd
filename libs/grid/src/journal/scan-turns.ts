/** Whoever waits for a turn. */
export interface ScanTurnTaker {
  scanTurn(): void;
}

/** Lets only so many partitions be scanned at a time, first come first served. */
export class ScanTurns {
  private readonly scanning = new Set<ScanTurnTaker>();
  private waiting: ScanTurnTaker[] = [];

  constructor(private readonly limit: number) {}

  /** Calls `scanTurn` now or when one of those before ends. */
  take(taker: ScanTurnTaker): void {
    if (this.scanning.size >= this.limit) {
      this.waiting.push(taker);
      return;
    }
    this.scanning.add(taker);
    taker.scanTurn();
  }

  get isTaken(): boolean {
    return this.scanning.size > 0;
  }

  /** Also for one that is still waiting. */
  end(taker: ScanTurnTaker): void {
    this.waiting = this.waiting.filter((other) => other !== taker);
    if (!this.scanning.delete(taker)) return;
    const next = this.waiting.shift();
    if (next) this.take(next);
  }
}
