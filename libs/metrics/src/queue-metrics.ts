import { type Counter, type Gauge } from 'prom-client';

/** What a process counts of a queue in Redis that it works. */
export class QueueMetrics {
  constructor(
    /** 1 while the queue can be reached, else 0. */
    private readonly reached: Gauge,
    private readonly workerRestarts: Counter,
  ) {}

  up(): void {
    this.reached.set(1);
  }

  down(): void {
    this.reached.set(0);
  }

  workerReplaced(): void {
    this.workerRestarts.inc();
  }
}
