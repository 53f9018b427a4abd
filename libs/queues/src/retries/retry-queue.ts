import { onceAs } from '../queue-access';
import { type NewJob, QueueWorker } from '../queue-worker';
import { WatchedWorker, type WorkerWatchOptions } from '../watched-worker';
import { jobIdOf, parseRetryJob, RETRY_QUEUE, type RetryJob } from './retry-job';

export interface RetryQueueOptions extends WorkerWatchOptions {
  /** A job is due. It may come twice, or late, or from a Redis that lost what came after it. A rejection: tried once more. */
  readonly onDue: (job: RetryJob) => Promise<void>;
}

/**
 * When retries are due, and nothing else: what is owed stands in the grid, and a queue that lost its jobs is given them
 * again.
 */
export class RetryQueue {
  private readonly watched: WatchedWorker<QueueWorker<RetryJob>>;

  constructor(options: RetryQueueOptions) {
    const { url, cluster, clientName, onDue: work } = options;
    const queue = { url, cluster, clientName, name: RETRY_QUEUE, parse: parseRetryJob, work };
    this.watched = new WatchedWorker(options, () => new QueueWorker(queue));
  }

  get isUp(): boolean {
    return this.watched.isUp;
  }

  /** A job that is there already is left as it is. QueueDownError at once when Redis is down. */
  async add(jobs: readonly RetryJob[]): Promise<void> {
    const now = Date.now();
    await this.watched.current().add(jobs.map((job) => newJobOf(job, now)));
  }

  /** Jobs under way are finished if that takes no time; others are done by another worker. */
  close(): Promise<void> {
    return this.watched.close();
  }
}

function newJobOf(data: RetryJob, now: number): NewJob {
  return {
    name: 'retry',
    data,
    opts: {
      ...onceAs(jobIdOf(data)),
      delay: Math.max(0, data.at - now),
      ...{ attempts: 3, backoff: { type: 'exponential', delay: 1_000 } },
    },
  };
}
