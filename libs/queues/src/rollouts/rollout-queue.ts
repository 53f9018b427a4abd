import { type PrepareJob } from '../prepare/prepare-job';
import { WatchedWorker, type WorkerWatchOptions } from '../watched-worker';
import { type AskedNode, type RolloutJob, RolloutWorker } from './rollout-worker';

export interface RolloutQueueOptions extends WorkerWatchOptions {
  /** All nodes that were asked are done with it, well or not. It may come twice, late, never, or for a rollout that has ended. */
  readonly onPrepared: (job: PrepareJob) => Promise<void>;
}

/** Carries what a rollout wants done to the nodes, and back that it is done: quicker than they would see it in the grid. */
export class RolloutQueue {
  private readonly watched: WatchedWorker<RolloutWorker>;

  constructor(options: RolloutQueueOptions) {
    const { url, cluster, clientName, onPrepared: work } = options;
    this.watched = new WatchedWorker(options, () => new RolloutWorker({ url, cluster, clientName, work }));
  }

  get isUp(): boolean {
    return this.watched.isUp;
  }

  /** QueueDownError when Redis is down. */
  check(): void {
    this.watched.current();
  }

  /** Asks nodes to prepare a rollout, and to be told when they have. QueueDownError at once when Redis is down. */
  async begin(job: RolloutJob, nodes: readonly AskedNode[]): Promise<void> {
    await this.watched.current().begin(job, nodes);
  }

  /** Asks nodes again, or those that came later. Jobs that are there already are left as they are. */
  async ask(job: RolloutJob, nodes: readonly AskedNode[]): Promise<void> {
    await this.watched.current().ask(job, nodes);
  }

  close(): Promise<void> {
    return this.watched.close();
  }
}
