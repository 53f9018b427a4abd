import { type ConnectionOptions, type Job, type JobsOptions, Queue, Worker } from 'bullmq';
import { type ConnectedWorker } from './watched-worker';

const CANARY = 'canary';
const CONCURRENCY = 8;
const CLOSE_TIMEOUT_MS = 1_000;

export interface QueueAccess {
  readonly url: string;
  /** Clusters that share a Redis share nothing of it. */
  readonly cluster: string;
  readonly clientName: string;
}

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
    this.queue = new Queue(options.name, { prefix, connection: { ...connection, maxRetriesPerRequest: 1 } });
    this.worker = new Worker(options.name, (job) => this.work(job), { prefix, connection, concurrency: CONCURRENCY });
    // Whoever watches the connection says what is wrong; without a listener an error would end the process.
    this.queue.on('error', () => undefined);
    this.worker.on('error', () => undefined);
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
    await this.queue.add(CANARY, {}, { jobId, removeOnComplete: true, removeOnFail: true });
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

/** Before all keys of a cluster's queues. */
export function queuePrefixOf(cluster: string): string {
  return `nearscore-${cluster}`;
}

export function connectionOf({ url, clientName }: QueueAccess): ConnectionOptions {
  return { url, connectionName: clientName };
}
