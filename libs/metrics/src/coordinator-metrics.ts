import { type Counter } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry } from './metrics-registry';

/** The metrics of a gateway that takes rollouts on. */
export class CoordinatorMetrics {
  private readonly ends: Counter;
  private readonly workers: Counter;
  private rollouts = 0;
  private isQueueUp: () => boolean = () => false;

  constructor(registry: MetricsRegistry) {
    const make = new MetricFactory(registry, GATEWAY_METRICS);
    make.measured('nearscore_rollouts_under_way', (set) => set(this.rollouts));
    this.ends = make.counter('nearscore_rollouts_ended_total');
    make.measured('nearscore_rollout_queue_up', (set) => set(Number(this.isQueueUp())));
    this.workers = make.counter('nearscore_rollout_worker_restarts_total');
  }

  /** Asked at each scrape. */
  queueFrom(isUp: () => boolean): void {
    this.isQueueUp = isUp;
  }

  underWay(rollouts: number): void {
    this.rollouts = rollouts;
  }

  ended(stream: string, state: string): void {
    this.ends.inc({ stream, state });
  }

  workerReplaced(): void {
    this.workers.inc();
  }
}
