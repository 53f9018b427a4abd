import { type Redis } from 'ioredis';
import { openRedis } from '../open-redis';
import { QueueDownError } from '../queues.errors';
import { type RetryJob } from './retry-job';
import { RetryWorker, type RetryWorkerOptions } from './retry-worker';

const MAX_RECONNECT_DELAY_MS = 2_000;
const CANARY_INTERVAL_MS = 10_000;
/** Other nodes may take this one's canaries, but hardly all of them. */
const CANARIES_TO_MISS = 4;

export interface RetryQueueOptions extends RetryWorkerOptions {
  /** The queue can be reached, for the first time or again: it may have lost everything. */
  readonly onUp: () => void;
  /** Why it cannot be reached: an error code, never a host name or a password. Told once until it is up again. */
  readonly onDown: (reason: string) => void;
  /** The worker did nothing for too long, though there was something to do. */
  readonly onWorkerReplaced: () => void;
  /** How often a canary is sent. Default: 10,000. */
  readonly canaryIntervalMs?: number;
}

/**
 * When retries are due, and nothing else: what is owed stands in the grid, and a queue that lost its jobs is given them
 * again. Connects in the background; a Redis that is down holds nothing up.
 */
export class RetryQueue {
  private readonly redis: Redis;
  private worker: RetryWorker | undefined;
  private fault: string | undefined;
  private readonly canaries: NodeJS.Timeout;
  private readonly canaryIntervalMs: number;

  constructor(private readonly options: RetryQueueOptions) {
    const { url, clientName } = options;
    this.canaryIntervalMs = options.canaryIntervalMs ?? CANARY_INTERVAL_MS;
    this.redis = openRedis(url, clientName, MAX_RECONNECT_DELAY_MS);
    this.redis.on('ready', () => this.up());
    this.redis.on('close', () => this.down('CONNECTION_CLOSED'));
    this.redis.on('error', (error: NodeJS.ErrnoException) => this.down(error.code ?? error.name));
    this.canaries = setInterval(() => this.sendCanary(), this.canaryIntervalMs).unref();
  }

  get isUp(): boolean {
    return this.worker !== undefined;
  }

  /** A job that is there already is left as it is. QueueDownError at once when Redis is down. */
  async add(jobs: readonly RetryJob[]): Promise<void> {
    if (!this.worker) throw new QueueDownError(this.fault ?? 'not connected yet');
    await this.worker.add(jobs);
  }

  /** Jobs under way are finished if that takes no time; others are done by another worker. */
  async close(): Promise<void> {
    clearInterval(this.canaries);
    this.redis.removeAllListeners('close');
    await this.worker?.close();
    this.worker = undefined;
    this.redis.disconnect();
  }

  private up(): void {
    this.fault = undefined;
    this.begin();
    this.options.onUp();
  }

  private down(reason: string): void {
    void this.worker?.close();
    this.worker = undefined;
    if (this.fault === undefined) this.options.onDown(reason);
    this.fault = reason;
  }

  private begin(): void {
    void this.worker?.close();
    this.worker = new RetryWorker(this.options);
  }

  private sendCanary(): void {
    if (!this.worker) return;
    if (this.worker.idleMs > CANARIES_TO_MISS * this.canaryIntervalMs) {
      this.options.onWorkerReplaced();
      this.begin();
    }
    // When it cannot be sent, the connection that is watched says so.
    this.worker.sendCanary().catch(() => undefined);
  }
}
