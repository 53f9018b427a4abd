import { type FlowJob, FlowProducer } from 'bullmq';
import { parsePrepareJob, type PrepareJob, prepareQueueOf } from '../prepare/prepare-job';
import { connectionOf, onceAs, queuePrefixOf, quietly } from '../queue-access';
import { QueueWorker, type QueueWorkerOptions } from '../queue-worker';
import { type ConnectedWorker } from '../watched-worker';

/** The queue that all gateways of a cluster work. */
export const ROLLOUT_QUEUE = 'rollouts';

/** One life of a node: after a restart it is asked again. */
export interface AskedNode {
  readonly id: string;
  /** Epoch ms. */
  readonly startedAt: number;
}

export interface RolloutJob extends PrepareJob {
  /** Of the rollout, epoch ms: after the grid was lost ids begin anew, and this tells them apart. */
  readonly startedAt: number;
}

/** Both ends of the queue of rollouts, and the near end of the nodes' queues. */
export class RolloutWorker implements ConnectedWorker {
  private readonly queue: QueueWorker<PrepareJob>;
  private readonly flows: FlowProducer;

  constructor(options: Omit<QueueWorkerOptions<PrepareJob>, 'name' | 'parse'>) {
    this.queue = new QueueWorker({ ...options, name: ROLLOUT_QUEUE, parse: parsePrepareJob });
    const connection = { ...connectionOf(options), maxRetriesPerRequest: 1 };
    this.flows = quietly(new FlowProducer({ prefix: queuePrefixOf(options.cluster), connection }));
  }

  get idleMs(): number {
    return this.queue.idleMs;
  }

  /** A `prepare` for each node, and behind all of them one `commit`. */
  async begin(job: RolloutJob, nodes: readonly AskedNode[]): Promise<void> {
    const { rollout, stream } = job;
    await this.flows.add({
      ...{ name: 'commit', queueName: ROLLOUT_QUEUE, data: { rollout, stream } },
      opts: onceAs(`commit-${rollout}-${job.startedAt}`),
      children: nodes.map((node) => prepareOf(job, node)),
    });
  }

  /** Only the nodes' jobs, where they are not there. */
  async ask(job: RolloutJob, nodes: readonly AskedNode[]): Promise<void> {
    await this.flows.addBulk(nodes.map((node) => prepareOf(job, node)));
  }

  sendCanary(): Promise<void> {
    return this.queue.sendCanary();
  }

  async close(): Promise<void> {
    await Promise.all([this.queue.close(), this.flows.disconnect().catch(() => undefined)]);
  }
}

function prepareOf({ rollout, stream, startedAt }: RolloutJob, node: AskedNode): FlowJob {
  // A node that is gone, or cannot, holds up no commit: what is missing the grid says.
  const opts = {
    ...onceAs(`prepare-${rollout}-${startedAt}-${node.startedAt}`),
    ignoreDependencyOnFailure: true,
  };
  return { name: 'prepare', queueName: prepareQueueOf(node.id), data: { rollout, stream }, opts };
}
