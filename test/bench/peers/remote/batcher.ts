export interface BatchLimits {
  readonly maxItems: number;
  /** A batch that is not full waits this long for more, from its first item on. */
  readonly lingerMs: number;
  /** Batches under way at once. While there are as many, those that wait grow fuller. */
  readonly maxOpen: number;
}

/** Gathers items into batches and hands them on, in the order in which they came. */
export class Batcher<T> {
  private filling: T[] = [];
  private readonly full: T[][] = [];
  private timer: NodeJS.Timeout | undefined;
  private isLate = false;
  private open = 0;

  /** @param handle resolves when the batch is no longer under way; nobody catches a rejection */
  constructor(
    private readonly limits: BatchLimits,
    private readonly handle: (batch: readonly T[]) => Promise<void>,
  ) {}

  add(item: T): void {
    this.filling.push(item);
    if (this.filling.length < this.limits.maxItems) {
      this.timer ??= setTimeout(() => this.onLate(), this.limits.lingerMs);
      return;
    }
    this.full.push(this.takeFilling());
    this.sendDue();
  }

  private onLate(): void {
    this.isLate = true;
    this.sendDue();
  }

  private sendDue(): void {
    while (this.open < this.limits.maxOpen) {
      const batch = this.full.shift() ?? (this.isLate ? this.takeFilling() : undefined);
      if (!batch) return;
      void this.send(batch);
    }
  }

  private takeFilling(): T[] {
    const batch = this.filling;
    clearTimeout(this.timer);
    this.filling = [];
    this.timer = undefined;
    this.isLate = false;
    return batch;
  }

  private async send(batch: readonly T[]): Promise<void> {
    this.open++;
    await this.handle(batch);
    this.open--;
    this.sendDue();
  }
}
