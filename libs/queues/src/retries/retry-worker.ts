import { type ConnectionOptions, type Job, Queue, Worker } from 'bullmq';
import { jobIdOf, parseRetryJob, type RetryJob } from './retry-job';

const QUEUE = 'retries';
const CANARY = 'canary';
const CONCURRENCY = 8;
const CLOSE_TIMEOUT_MS = 1_000;

export interface RetryWorkerOptions {
  readonly url: string;
  /** Clusters that share a Redis share nothing of it. */
  readonly cluster: string;
  readonly clientName: string;
  /** A job is due. It may come twice, or late, or from a Redis that lost what came after it. A rejection: tried once more. */
  readonly onDue: (job: RetryJob) => Promise<void>;
}

/** Both ends of the queue, for as long as one connection to Redis lasts. */
export class RetryWorker {
  private readonly queue: Queue<unknown>;
  private readonly worker: Worker<unknown>;
  private lastJobAt = performance.now();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: RetryWorkerOptions) {
    const prefix = `nearscore-${options.cluster}`;
    const connection: ConnectionOptions = { url: options.url, connectionName: options.clientName };
    this.queue = new Queue(QUEUE, { prefix, connection: { ...connection, maxRetriesPerRequest: 1 } });
    this.worker = new Worker(QUEUE, (job) => this.work(job), { prefix, connection, concurrency: CONCURRENCY });
    // Whoever watches the connection says what is wrong; without a listener an error would end the process.
    this.queue.on('error', () => undefined);
    this.worker.on('error', () => undefined);
  }

  /** Since the last job of any kind that was done here. */
  get idleMs(): number {
    return performance.now() - this.lastJobAt;
  }

  async add(jobs: readonly RetryJob[]): Promise<void> {
    const now = Date.now();
    const retry = (data: RetryJob) => ({
      name: 'retry',
      data,
      opts: {
        ...{ jobId: jobIdOf(data), delay: Math.max(0, data.at - now) },
        ...{ attempts: 3, backoff: { type: 'exponential', delay: 1_000 } },
        ...{ removeOnComplete: true, removeOnFail: true },
      },
    });
    await this.queue.addBulk(jobs.map(retry));
  }

  async sendCanary(): Promise<void> {
    const jobId = `${CANARY}-${this.options.clientName.replaceAll(':', '-')}`;
    await this.queue.add(CANARY, {}, { jobId, removeOnComplete: true, removeOnFail: true });
  }

  /** Never rejects, and does not wait for a Redis that is gone. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const ended = Promise.allSettled([this.worker.close(), this.queue.close()]);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS, 'late')));
    const outcome = await Promise.race([ended, late]);
    clearTimeout(timer);
    if (outcome === 'late') await Promise.allSettled([this.worker.disconnect(), this.queue.disconnect()]);
  }

  private async work(job: Job<unknown>): Promise<void> {
    this.lastJobAt = performance.now();
    const retry = parseRetryJob(job.data);
    if (job.name !== CANARY && retry) await this.options.onDue(retry);
  }
}
