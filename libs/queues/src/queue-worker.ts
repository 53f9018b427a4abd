import { type Job, type JobsOptions, Queue, Worker } from 'bullmq';
import { connectionOf, onceAs, type QueueAccess, queuePrefixOf, quietly } from './queue-access';
import { type ConnectedWorker } from './watched-worker';

const CANARY = 'canary';
const CONCURRENCY = 8;
const CLOSE_TIMEOUT_MS = 1_000;

export interface QueueWorkerOptions<J> extends QueueAccess {
  /** Of the queue, without a colon. */
  readonly name: string;
  /** Undefined for what another software, or another version of this one, put in: it is passed over. */
  readonly parse: (data: unknown) => J | undefined;
  readonly work: (job: J) => Promise<void>;
}

export interface NewJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions;
}

/** A worker that closes waits for its jobs and its connections: with a job that never ends, or a Redis that is gone, for ever. */
class LeavableWorker extends Worker<unknown> {
  /** Cuts the connections, and ends the timers that `close` would end last: each keeps the process alive. */
  async leave(): Promise<void> {
    await Promise.allSettled([this.pause(true), this.lockManager.close(), this.disconnect()]);
  }
}

/** Both ends of one queue of J, for as long as one connection to Redis lasts. */
export class QueueWorker<J extends object> implements ConnectedWorker {
  private readonly queue: Queue<unknown>;
  private readonly worker: LeavableWorker;
  private lastJobAt = performance.now();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: QueueWorkerOptions<J>) {
    const prefix = queuePrefixOf(options.cluster);
    const connection = connectionOf(options);
    const work = (job: Job<unknown>): Promise<void> => this.work(job);
    this.queue = quietly(new Queue(options.name, { prefix, connection: { ...connection, maxRetriesPerRequest: 1 } }));
    this.worker = quietly(new LeavableWorker(options.name, work, { prefix, connection, concurrency: CONCURRENCY }));
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
    if (outcome === 'late') await Promise.allSettled([this.worker.leave(), this.queue.disconnect()]);
  }

  private async work(job: Job<unknown>): Promise<void> {
    this.lastJobAt = performance.now();
    const parsed = job.name === CANARY ? undefined : this.options.parse(job.data);
    if (parsed) await this.options.work(parsed);
  }
}
