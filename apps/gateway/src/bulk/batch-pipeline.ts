import { type ImportBatch } from './import-lines';

export interface BatchPipelineOptions {
  readonly write: (batch: ImportBatch) => Promise<void>;
  readonly maxInFlight: number;
  /** After each batch that was written. */
  readonly onWritten: (batch: ImportBatch) => void;
}

interface Flight {
  readonly batch: ImportBatch;
  readonly keys: ReadonlySet<string>;
}

/**
 * Writes batches in their order, a few at once. Two of them never hold the same key at once, so that of several values
 * of a key the last one stays.
 */
export class BatchPipeline {
  private readonly waiting: Flight[] = [];
  /** In the order in which they began, which is that of their lines. */
  private readonly inFlight = new Set<Flight>();
  private readonly watchers = new Set<() => void>();
  private failure: { readonly error: unknown; firstLine: number } | undefined;
  private isStopped = false;

  constructor(private readonly options: BatchPipelineOptions) {}

  add(batch: ImportBatch): void {
    this.waiting.push({ batch, keys: new Set(batch.items.map(([key]) => key)) });
    this.begin();
  }

  get isIdle(): boolean {
    return this.inFlight.size + this.waiting.length === 0;
  }

  /** The first line of what is not written yet. */
  get firstUnwritten(): number | undefined {
    const [flight = this.waiting[0]] = this.inFlight;
    const first = Math.min(flight?.batch.firstLine ?? Infinity, this.failure?.firstLine ?? Infinity);
    return first === Infinity ? undefined : first;
  }

  /**
   * Resolves when all that was added has begun to be written. Rejects with what a batch failed with; nothing more is
   * begun then.
   */
  begun(): Promise<void> {
    return this.until(() => this.waiting.length === 0);
  }

  /** Resolves when all that was added is written; rejects like `begun`. */
  written(): Promise<void> {
    return this.until(() => this.isIdle);
  }

  /** Resolves when no write is under way any more, whatever became of it. Begins no other. */
  async settled(): Promise<void> {
    this.isStopped = true;
    while (this.inFlight.size > 0) await this.changed();
  }

  private async until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.failure) throw this.failure.error;
      if (isSo()) return;
      await this.changed();
    }
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.watchers.add(resolve));
  }

  private begin(): void {
    for (let next = this.waiting[0]; next && this.mayBegin(next); next = this.waiting[0]) {
      this.waiting.shift();
      this.inFlight.add(next);
      void this.write(next);
    }
  }

  private mayBegin({ keys }: Flight): boolean {
    if (this.failure || this.isStopped || this.inFlight.size >= this.options.maxInFlight) return false;
    for (const other of this.inFlight) for (const key of keys) if (other.keys.has(key)) return false;
    return true;
  }

  private async write(flight: Flight): Promise<void> {
    const { batch } = flight;
    try {
      await this.options.write(batch);
      this.inFlight.delete(flight);
      this.options.onWritten(batch);
    } catch (error) {
      this.inFlight.delete(flight);
      this.failure ??= { error, firstLine: batch.firstLine };
      this.failure.firstLine = Math.min(this.failure.firstLine, batch.firstLine);
    }
    this.begin();
    for (const watcher of this.watchers) watcher();
    this.watchers.clear();
  }
}
