import { type FlowJob, FlowProducer, type JobsOptions } from 'bullmq';
import { type PrepareJob, prepareQueueOf } from '../prepare/prepare-job';
import { connectionOf, queuePrefixOf, QueueWorker, type QueueWorkerOptions } from '../queue-worker';
import { type ConnectedWorker } from '../watched-worker';

const COMMIT_QUEUE = 'rollouts';

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
  private readonly queue: QueueWorker;
  private readonly flows: FlowProducer;

  constructor(options: Omit<QueueWorkerOptions, 'name'>) {
    this.queue = new QueueWorker({ ...options, name: COMMIT_QUEUE });
    const connection = { ...connectionOf(options), maxRetriesPerRequest: 1 };
    this.flows = new FlowProducer({ prefix: queuePrefixOf(options.cluster), connection });
    // Whoever watches the connection says what is wrong; without a listener an error would end the process.
    this.flows.on('error', () => undefined);
  }

  get idleMs(): number {
    return this.queue.idleMs;
  }

  /** A `prepare` for each node, and behind all of them one `commit`. */
  async begin(job: RolloutJob, nodes: readonly AskedNode[]): Promise<void> {
    const { rollout, stream } = job;
    await this.flows.add({
      ...{ name: 'commit', queueName: COMMIT_QUEUE, data: { rollout, stream } },
      opts: optionsOf(`commit-${rollout}-${job.startedAt}`),
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
    ...optionsOf(`prepare-${rollout}-${startedAt}-${node.startedAt}`),
    ignoreDependencyOnFailure: true,
  };
  return { name: 'prepare', queueName: prepareQueueOf(node.id), data: { rollout, stream }, opts };
}

/** The same job given again is the one that is there. BullMQ wants no colon in it. */
function optionsOf(jobId: string): JobsOptions {
  return { jobId, removeOnComplete: true, removeOnFail: true };
}
