import { type Counter, type Gauge } from 'prom-client';
import { type NODE_METRICS } from './metric-catalogue';
import { type MetricFactory } from './metrics-registry';
import { QueueMetrics } from './queue-metrics';

/** What a node counts of versions that come and go. */
export class RolloutMetrics {
  /** Of the queue of versions to prepare. */
  readonly queue: QueueMetrics;
  private readonly heldSessions: Gauge;
  private readonly appliedDeployments: Counter;

  constructor(make: MetricFactory<typeof NODE_METRICS>) {
    this.heldSessions = make.gauge('nearscore_lane_sessions');
    this.appliedDeployments = make.counter('nearscore_applied_deployments_total');
    this.queue = new QueueMetrics(
      make.gauge('nearscore_prepare_queue_up'),
      make.counter('nearscore_prepare_worker_restarts_total'),
    );
  }

  sessions(lane: number, sessions: number): void {
    this.heldSessions.set({ lane: String(lane) }, sessions);
  }

  applied(stream: string, prepared: boolean): void {
    this.appliedDeployments.inc({ stream, prepared: String(prepared) });
  }
}
