import { Histogram, type HistogramConfiguration } from 'prom-client';
import { type HistogramCounts } from './histogram-recorder';

export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: HistogramCounts;
  /** What the counts' sum is divided by to be in the unit of the metric's name; default 1. */
  readonly divisor?: number;
}

interface PrintedSample {
  readonly metricName: string;
  readonly labels: Record<string, string | number>;
  readonly sharedLabels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram counted elsewhere: prom-client offers no way to set buckets, so what it prints is made here. */
export class SnapshotHistogram extends Histogram {
  constructor(
    private readonly configuration: HistogramConfiguration<string>,
    readonly fetch: () => readonly HistogramSample[],
  ) {
    super(configuration);
  }

  /** What prom-client's registry prints, and what its own `get` is made of. */
  getForPromString(): Promise<object> {
    const { name, help } = this.configuration;
    const values = this.fetch().flatMap((sample) => this.samplesOf(sample));
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  private samplesOf({ labels: sharedLabels, counts, divisor = 1 }: HistogramSample): PrintedSample[] {
    const { name, buckets: bounds = [] } = this.configuration;
    const bucket = (le: number | string, value: number): PrintedSample => {
      return { metricName: `${name}_bucket`, labels: { le }, sharedLabels, value };
    };
    let total = 0;
    const buckets = bounds.map((bound, index) => bucket(bound, (total += counts.buckets[index] ?? 0)));
    return [
      ...buckets,
      bucket('+Inf', counts.count),
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: counts.sum / divisor },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: counts.count },
    ];
  }
}
