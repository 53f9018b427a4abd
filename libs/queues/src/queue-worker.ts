import { type Job, type JobsOptions, Queue, Worker } from 'bullmq';
import { connectionOf, onceAs, type QueueAccess, queuePrefixOf, quietly } from './queue-access';
import { type ConnectedWorker } from './watched-worker';

const CANARY = 'canary';
const CONCURRENCY = 8;
const CLOSE_TIMEOUT_MS = 1_000;

export interface QueueWorkerOptions extends QueueAccess {
  /** Of the queue, without a colon. */
  readonly name: string;
  /** Does one job, of which it gets what was put in: by whom, or by which version of the software, is not known. */
  readonly work: (data: unknown) => Promise<void>;
}

export interface NewJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions;
}

/** Both ends of one queue, for as long as one connection to Redis lasts. */
export class QueueWorker implements ConnectedWorker {
  private readonly queue: Queue<unknown>;
  private readonly worker: Worker<unknown>;
  private lastJobAt = performance.now();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: QueueWorkerOptions) {
    const prefix = queuePrefixOf(options.cluster);
    const connection = connectionOf(options);
    const work = (job: Job<unknown>): Promise<void> => this.work(job);
    this.queue = quietly(new Queue(options.name, { prefix, connection: { ...connection, maxRetriesPerRequest: 1 } }));
    this.worker = quietly(new Worker(options.name, work, { prefix, connection, concurrency: CONCURRENCY }));
  }

  get idleMs(): number {
    return performance.now() - this.lastJobAt;
  }

  /** A job that is there already, by its jobId, is left as it is. */
  async add(jobs: readonly NewJob[]): Promise<void> {
    await this.queue.addBulk([...jobs]);
  }

  async sendCanary(): Promise<void> {
    const jobId = `${CANARY}-${this.options.clientName.replaceAll(':', '-')}`;
    await this.queue.add(CANARY, {}, onceAs(jobId));
  }

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
    if (job.name !== CANARY) await this.options.work(job.data);
  }
}
