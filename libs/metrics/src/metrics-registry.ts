import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricDefinition } from './metric-catalogue';
import { SnapshotHistogram } from './snapshot-histogram';

export type MetricsRegistry = Registry;

/** Each look at the event loop's lag wakes the process: at the library's 10 ms that was a third of an idle node's time. */
const LAG_LOOK_MS = 500;

/** A registry of its own for one process: nothing is global, so tests and processes never share counts. */
export function createMetricsRegistry(options: { processMetrics?: boolean } = {}): MetricsRegistry {
  const registry = new Registry();
  if (options.processMetrics ?? true) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
  }
  return registry;
}

export type Catalogue = Readonly<Record<string, MetricDefinition>>;

/** Makes metrics of a catalogue by their names, so that nothing undocumented is ever exposed. */
export class MetricFactory<C extends Catalogue> {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly catalogue: C,
  ) {}

  counter(name: keyof C & string): Counter {
    return new Counter(this.configuration(name, 'counter'));
  }

  gauge(name: keyof C & string): Gauge {
    return new Gauge(this.configuration(name, 'gauge'));
  }

  histogram(name: keyof C & string): Histogram {
    return new Histogram(this.configuration(name, 'histogram'));
  }

  /** A counter whose totals are counted elsewhere and fetched at each scrape. */
  countedElsewhere(name: keyof C & string, fetch: (set: SetSample) => void): void {
    const collect = function (this: Counter): void {
      this.reset();
      fetch((value, labels = {}) => this.inc(labels, value));
    };
    new Counter({ ...this.configuration(name, 'counter'), collect });
  }

  /** A gauge that is measured at each scrape. */
  measured(name: keyof C & string, fetch: (set: SetSample) => void): void {
    const collect = function (this: Gauge): void {
      this.reset();
      fetch((value, labels = {}) => this.set(labels, value));
    };
    new Gauge({ ...this.configuration(name, 'gauge'), collect });
  }

  /** A histogram that is counted elsewhere and fetched at each scrape. */
  histogramElsewhere(name: keyof C & string, fetch: SnapshotHistogram['fetch']): void {
    new SnapshotHistogram(this.configuration(name, 'histogram'), fetch);
  }

  private configuration(name: keyof C & string, type: MetricDefinition['type']): MetricConfiguration {
    const { help, labels, buckets, type: declared } = this.catalogue[name] as MetricDefinition;
    if (declared !== type) throw new TypeError(`${name} is a ${declared}, not a ${type}`);
    return { name, help, labelNames: labels, registers: [this.registry], ...(buckets && { buckets: [...buckets] }) };
  }
}

export type SetSample = (value: number, labels?: Record<string, string>) => void;

interface MetricConfiguration {
  name: string;
  help: string;
  labelNames: readonly string[];
  registers: MetricsRegistry[];
  buckets?: number[];
}
