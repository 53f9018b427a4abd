import { type Histogram } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { methodLabel, routeLabel } from './metric-labels';
import { MetricFactory, type MetricsRegistry } from './metrics-registry';

export interface AnsweredRequest {
  readonly method: string;
  /** The route's template (`/v1/streams/:stream`), never the path; undefined when no route matched. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

/** The metrics of one gateway. */
export class GatewayMetrics {
  private readonly requests: Histogram;

  constructor(registry: MetricsRegistry) {
    this.requests = new MetricFactory(registry, GATEWAY_METRICS).histogram('nearscore_http_request_duration_seconds');
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    const labels = { method: methodLabel(method), route: routeLabel(route), status: String(status) };
    this.requests.observe(labels, seconds);
  }
}
