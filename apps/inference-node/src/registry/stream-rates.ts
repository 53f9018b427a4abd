const WINDOW = 10;

interface Sample {
  readonly at: number;
  readonly scored: ReadonlyMap<string, number>;
}

/** Predictions stored per second and stream, over the last samples. */
export class StreamRates {
  private readonly samples: Sample[] = [];

  /** @param at monotonic ms  @param scored totals by stream */
  sample(at: number, scored: ReadonlyMap<string, number>): void {
    this.samples.push({ at, scored });
    if (this.samples.length > WINDOW) this.samples.shift();
  }

  perSecond(stream: string): number {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last.at <= first.at) return 0;
    const count = (last.scored.get(stream) ?? 0) - (first.scored.get(stream) ?? 0);
    return Math.max(0, (count * 1000) / (last.at - first.at));
  }
}
