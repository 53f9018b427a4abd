import { type Logger } from '@nearscore/logging';
import { type WorkerWatchOptions } from './watched-worker';

/** QueueMetrics fits. */
export interface QueueCounts {
  up(): void;
  down(): void;
  workerReplaced(): void;
}

export interface QueueReportParts {
  /** What is in the queue, as the log names it. */
  readonly name: string;
  /** What the log says of a queue that cannot be reached. */
  readonly whenDown: string;
  readonly metrics: QueueCounts;
  readonly logger: Logger;
  /** Told after the metrics. */
  readonly onUp?: () => void;
}

/** Tells in metrics and log how a queue fares. */
export function reportQueue({
  name,
  whenDown,
  metrics,
  logger,
  onUp,
}: QueueReportParts): Pick<WorkerWatchOptions, 'onUp' | 'onDown' | 'onWorkerReplaced'> {
  return {
    onUp: () => {
      metrics.up();
      onUp?.();
    },
    onDown: (reason) => {
      metrics.down();
      logger.warn({ reason }, whenDown);
    },
    onWorkerReplaced: () => {
      metrics.workerReplaced();
      logger.warn(`the worker of ${name} did nothing and was replaced`);
    },
  };
}
