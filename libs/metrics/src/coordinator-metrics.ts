import { type Counter } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry } from './metrics-registry';
import { QueueMetrics } from './queue-metrics';

/** The metrics of a gateway that takes rollouts on. */
export class CoordinatorMetrics {
  readonly queue: QueueMetrics;
  private readonly ends: Counter;
  private rollouts = 0;

  constructor(registry: MetricsRegistry) {
    const make = new MetricFactory(registry, GATEWAY_METRICS);
    make.measured('nearscore_rollouts_under_way', (set) => set(this.rollouts));
    this.ends = make.counter('nearscore_rollouts_ended_total');
    this.queue = new QueueMetrics(
      make.gauge('nearscore_rollout_queue_up'),
      make.counter('nearscore_rollout_worker_restarts_total'),
    );
  }

  underWay(rollouts: number): void {
    this.rollouts = rollouts;
  }

  ended(stream: string, state: string): void {
    this.ends.inc({ stream, state });
  }
}
