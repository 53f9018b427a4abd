import { QueueWorker } from '../queue-worker';
import { WatchedWorker, type WorkerWatchOptions } from '../watched-worker';
import { parsePrepareJob, type PrepareJob, prepareQueueOf } from './prepare-job';

export interface PrepareQueueOptions extends WorkerWatchOptions {
  readonly nodeId: string;
  /**
   * A rollout is to be prepared. It may come twice, late, or for a rollout that has ended. The job is done when the promise
   * settles; what became of it the node's entry in the grid says.
   */
  readonly onPrepare: (job: PrepareJob) => Promise<void>;
}

/** What a node is asked to prepare, as soon as somebody asks. It would find it in the grid too, some time later. */
export class PrepareQueue {
  private readonly watched: WatchedWorker<QueueWorker<PrepareJob>>;

  constructor(options: PrepareQueueOptions) {
    const { url, cluster, clientName, nodeId, onPrepare: work } = options;
    const queue = { url, cluster, clientName, name: prepareQueueOf(nodeId), parse: parsePrepareJob, work };
    this.watched = new WatchedWorker(options, () => new QueueWorker(queue));
  }

  get isUp(): boolean {
    return this.watched.isUp;
  }

  /** Jobs under way are finished if that takes no time; others are done by the next life of the node. */
  close(): Promise<void> {
    return this.watched.close();
  }
}
