import { type Counter, type Gauge } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry } from './metrics-registry';
import { QueueMetrics } from './queue-metrics';

/** The metrics of a gateway that takes rollouts on. */
export class CoordinatorMetrics {
  readonly queue: QueueMetrics;
  private readonly rollouts: Gauge;
  private readonly ends: Counter;

  constructor(registry: MetricsRegistry) {
    const make = new MetricFactory(registry, GATEWAY_METRICS);
    this.rollouts = make.gauge('nearscore_rollouts_under_way');
    this.ends = make.counter('nearscore_rollouts_ended_total');
    this.queue = new QueueMetrics(
      make.gauge('nearscore_rollout_queue_up'),
      make.counter('nearscore_rollout_worker_restarts_total'),
    );
  }

  underWay(rollouts: number): void {
    this.rollouts.set(rollouts);
  }

  ended(stream: string, state: string): void {
    this.ends.inc({ stream, state });
  }
}
