import { type Counter, type Gauge } from 'prom-client';
import { type NODE_METRICS } from './metric-catalogue';
import { codeLabel } from './metric-labels';
import { type MetricFactory } from './metrics-registry';
import { QueueMetrics } from './queue-metrics';

export interface ParkedCount {
  readonly stream: string;
  readonly state: string;
  /** Why they could not be scored. */
  readonly code: string;
  readonly records: number;
}

/** What a node counts of records that could not be scored. */
export class RetryMetrics {
  readonly queue: QueueMetrics;
  private readonly retries: Counter;
  private readonly deadLetters: Counter;
  private readonly resolvedRecords: Counter;
  private readonly parkedRecords: Gauge;

  constructor(make: MetricFactory<typeof NODE_METRICS>) {
    this.retries = make.counter('nearscore_retries_total');
    this.deadLetters = make.counter('nearscore_dead_letters_total');
    this.resolvedRecords = make.counter('nearscore_resolved_records_total');
    this.parkedRecords = make.gauge('nearscore_parked_entries');
    this.queue = new QueueMetrics(
      make.gauge('nearscore_retry_queue_up'),
      make.counter('nearscore_retry_worker_restarts_total'),
    );
  }

  retried(stream: string, outcome: string): void {
    this.retries.inc({ stream, outcome });
  }

  died(stream: string, code: string): void {
    this.deadLetters.inc({ stream, code: codeLabel(code) });
  }

  resolved(stream: string): void {
    this.resolvedRecords.inc({ stream });
  }

  /** All there are in the partitions that the node serves. */
  parked(counts: readonly ParkedCount[]): void {
    this.parkedRecords.reset();
    for (const { stream, state, code, records } of counts) {
      this.parkedRecords.inc({ stream, state, code: codeLabel(code) }, records);
    }
  }
}
