import { type Redis } from 'ioredis';
import { openRedis } from './open-redis';
import { type QueueAccess } from './queue-access';
import { QueueDownError } from './queues.errors';

const MAX_RECONNECT_DELAY_MS = 2_000;
const CANARY_INTERVAL_MS = 10_000;
/** Other workers of the queue may take this one's canaries, but hardly all of them. */
const CANARIES_TO_MISS = 4;

/** What works for as long as one connection to Redis lasts. */
export interface ConnectedWorker {
  /** ms since the last job of any kind that was done here. */
  readonly idleMs: number;
  /** Gives the queue a job that only shows that jobs are done. */
  sendCanary(): Promise<void>;
  /** Never rejects, and does not wait for a Redis that is gone. */
  close(): Promise<void>;
}

export interface WorkerWatchOptions extends QueueAccess {
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
 * Keeps a worker while Redis can be reached, another one for each connection and in place of one that does nothing. Connects in
 * the background; a Redis that is down holds nothing up.
 */
export class WatchedWorker<W extends ConnectedWorker> {
  private readonly redis: Redis;
  private worker: W | undefined;
  private fault: string | undefined;
  private readonly canaries: NodeJS.Timeout;
  private readonly canaryIntervalMs: number;

  /** @param open begins to work; called whenever the queue is up, and when the worker before did nothing */
  constructor(
    private readonly options: WorkerWatchOptions,
    private readonly open: () => W,
  ) {
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

  /** The worker there is now. QueueDownError at once when Redis is down. */
  current(): W {
    if (!this.worker) throw new QueueDownError(this.fault ?? 'not connected yet');
    return this.worker;
  }

  /** Jobs under way are finished if that takes no time; others are done by another worker, or by the next life of this one. */
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
    this.worker = this.open();
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
