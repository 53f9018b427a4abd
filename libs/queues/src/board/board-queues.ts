import { Queue } from 'bullmq';
import { type Redis } from 'ioredis';
import { openRedis } from '../open-redis';
import { prepareQueueOf } from '../prepare/prepare-job';
import { type QueueAccess, queuePrefixOf, quietly } from '../queue-access';
import { RETRY_QUEUE } from '../retries/retry-job';
import { ROLLOUT_QUEUE } from '../rollouts/rollout-worker';

const SHARED = [ROLLOUT_QUEUE, RETRY_QUEUE];
const MAX_RECONNECT_DELAY_MS = 2_000;

/** BullMQ's own object for a queue, for whoever shows what is in it. */
export type BoardQueue = Queue;

/** The queues of a cluster, to be looked at: nothing here works on them. One connection, opened when it is first needed. */
export class BoardQueues {
  private redis: Redis | undefined;
  private readonly opened = new Map<string, BoardQueue>();

  constructor(private readonly access: QueueAccess) {}

  /** Those that all share, and that of each node. Those of other nodes, asked for before, are closed. */
  of(nodeIds: readonly string[]): readonly BoardQueue[] {
    const names = [...SHARED, ...nodeIds.map(prepareQueueOf)];
    for (const [name, queue] of this.opened) if (!names.includes(name)) this.forget(name, queue);
    return names.map((name) => this.opened.get(name) ?? this.open(name));
  }

  /** Never rejects, and does not wait for a Redis that is gone. */
  close(): void {
    for (const [name, queue] of this.opened) this.forget(name, queue);
    this.redis?.disconnect();
  }

  private open(name: string): BoardQueue {
    const { url, cluster, clientName } = this.access;
    this.redis ??= quietly(openRedis(url, clientName, MAX_RECONNECT_DELAY_MS));
    const queue = quietly(new Queue(name, { prefix: queuePrefixOf(cluster), connection: this.redis }));
    this.opened.set(name, queue);
    return queue;
  }

  private forget(name: string, queue: BoardQueue): void {
    this.opened.delete(name);
    queue.close().catch(() => undefined);
  }
}
