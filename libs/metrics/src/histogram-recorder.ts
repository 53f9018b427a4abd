/** A histogram as plain numbers: what a lane posts. */
export interface HistogramCounts {
  /** Sum of the observed values, in the unit of the bounds. */
  readonly sum: number;
  readonly count: number;
  /** Observations per bucket, not cumulative; one more than there are bounds, the last for what exceeds them all. */
  readonly buckets: readonly number[];
}

/** Counts observations without a metrics registry, and without allocating: for lanes. */
export class HistogramRecorder {
  private sum = 0;
  private count = 0;
  private readonly buckets: number[];

  /** @param bounds inclusive upper bounds, ascending */
  constructor(private readonly bounds: readonly number[]) {
    this.buckets = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket += 1;
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
    this.sum += value;
    this.count += 1;
  }

  counts(): HistogramCounts {
    return { sum: this.sum, count: this.count, buckets: this.buckets.slice() };
  }
}
