const BUSY_WAIT_MS = 1;
/** A lane that is never free gives a slice after so long. */
const OVERDUE_MS = 100;
/** And so many times what the last one took: not more than a twentieth of its time. */
const OVERDUE_SLICES = 20;

/**
 * Does what may wait, slice by slice: in turns of the event loop that find no batch at work, and rarely in others. A slice
 * should be a few milliseconds long: so long may a batch have to wait for it.
 */
export class SpareTime {
  private cancelTurn: (() => void) | undefined;
  private slice: Promise<void> | undefined;
  private closed = false;
  private freeFrom = performance.now() + OVERDUE_MS;

  /** @param work does a slice; resolves with in how many ms it wants another, or undefined: not before `wake` */
  constructor(
    private readonly lane: { readonly isScoring: boolean },
    private readonly work: () => Promise<number | undefined>,
  ) {}

  /** There is something to do. */
  wake(): void {
    if (!this.cancelTurn && !this.slice) this.turnAfter(0);
  }

  /** Resolves when the slice at hand is done; there will be no other. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTurn?.();
    await this.slice;
  }

  private turnAfter(ms: number): void {
    if (this.closed) return;
    const turn = (): void => {
      this.cancelTurn = undefined;
      this.turn();
    };
    if (ms > 0) {
      const timer = setTimeout(turn, ms);
      this.cancelTurn = () => clearTimeout(timer);
      return;
    }
    const immediate = setImmediate(turn);
    this.cancelTurn = () => clearImmediate(immediate);
  }

  private turn(): void {
    if (this.lane.isScoring && performance.now() < this.freeFrom) return this.turnAfter(BUSY_WAIT_MS);
    this.slice = this.doSlice();
  }

  private async doSlice(): Promise<void> {
    const startedAt = performance.now();
    const ms = await this.work();
    const now = performance.now();
    this.freeFrom = now + Math.max(OVERDUE_MS, (now - startedAt) * OVERDUE_SLICES);
    this.slice = undefined;
    if (ms !== undefined) this.turnAfter(ms);
  }
}
