import { type Counter, type Histogram } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { methodLabel, routeLabel } from './metric-labels';
import { MetricFactory, type MetricsRegistry, type SetSample } from './metrics-registry';

export interface AnsweredRequest {
  readonly method: string;
  /** The route's template (`/v1/streams/:stream`), never the path; undefined when no route matched. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

export interface MeasuredLag {
  readonly oldestUnscoredMs: number;
  readonly partitionsWithoutLease: number;
}

/** The metrics of one gateway. */
export class GatewayMetrics {
  private readonly requests: Histogram;
  private readonly refusals: Counter;
  private lags: () => Iterable<readonly [stream: string, lag: MeasuredLag]> = () => [];

  constructor(registry: MetricsRegistry) {
    const make = new MetricFactory(registry, GATEWAY_METRICS);
    this.requests = make.histogram('nearscore_http_request_duration_seconds');
    const each = (value: (lag: MeasuredLag) => number) => (set: SetSample) => {
      for (const [stream, lag] of this.lags()) set(value(lag), { stream });
    };
    make.measured(
      'nearscore_stream_unscored_age_seconds',
      each((lag) => lag.oldestUnscoredMs / 1000),
    );
    make.measured(
      'nearscore_partitions_without_lease',
      each((lag) => lag.partitionsWithoutLease),
    );
    this.refusals = make.counter('nearscore_refused_writes_total');
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    const labels = { method: methodLabel(method), route: routeLabel(route), status: String(status) };
    this.requests.observe(labels, seconds);
  }

  /** Asked at each scrape. Streams are those that are deployed. */
  lagsFrom(lags: () => Iterable<readonly [stream: string, lag: MeasuredLag]>): void {
    this.lags = lags;
  }

  /** @param stream one that is deployed */
  writeRefused(stream: string): void {
    this.refusals.inc({ stream });
  }
}
