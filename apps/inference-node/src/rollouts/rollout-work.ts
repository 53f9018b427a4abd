import { type NodeConfig } from '@nearscore/config';
import { type Logger } from '@nearscore/logging';
import { type RolloutMetrics } from '@nearscore/metrics';
import { type PrepareJob, PrepareQueue, reportQueue } from '@nearscore/queues';
import { type RolloutStore } from '@nearscore/registry';
import { ChangeListener } from '../grid/change-listener';
import { type LaneModel } from '../lane/lane-messages';
import { type LookCount } from '../models/look-count';
import { type ModelCache } from '../models/model-cache';
import { PrepareAnswers } from './prepare-answers';
import { type PreparingLanes, RolloutPreparation, type RolloutStates } from './rollout-preparation';

export interface RolloutWorkParts {
  readonly config: Pick<NodeConfig, 'redisUrl' | 'nodeId' | 'grid'>;
  readonly store: Pick<RolloutStore, 'look' | 'onChanged'>;
  /** As `look` takes it. */
  readonly listingAgeMs: number;
  readonly models: ModelCache;
  readonly lanes: PreparingLanes;
  readonly metrics: RolloutMetrics;
  readonly logger: Logger;
  /** Has `read` called soon. */
  readonly lookSoon: () => void;
  /** Of which `read` is part. */
  readonly looks: LookCount;
}

/**
 * What a node does for rollouts: it finds in the grid what is to be prepared, and has its lanes do it. The queue in Redis only
 * says when to look, so without Redis all goes on.
 */
export class RolloutWork {
  private readonly preparation: RolloutPreparation;
  private readonly answers: PrepareAnswers;
  private readonly listening: ChangeListener;
  private queue: PrepareQueue | undefined;

  constructor(private readonly parts: RolloutWorkParts) {
    const { store, listingAgeMs, models, lanes, logger, lookSoon, looks } = parts;
    this.answers = new PrepareAnswers(looks);
    const rollouts = () => store.look(listingAgeMs);
    this.preparation = new RolloutPreparation({ rollouts, models, lanes, onFetched: lookSoon, logger });
    this.listening = new ChangeListener('rollouts', logger);
  }

  start(): void {
    const { config, metrics, logger, store, lookSoon } = this.parts;
    const { nodeId, redisUrl, grid } = config;
    this.queue = new PrepareQueue({
      ...{ url: redisUrl, cluster: grid.clusterName, clientName: nodeId, nodeId },
      onPrepare: (job) => this.prepare(job),
      ...reportQueue({
        name: 'versions to prepare',
        whenDown: 'the queue of versions to prepare cannot be reached: they are looked for',
        ...{ metrics: metrics.queue, logger },
      }),
    });
    // They are looked for every few seconds, too.
    this.listening.start(store.onChanged(lookSoon));
  }

  async stop(): Promise<void> {
    this.answers.giveUp();
    await this.listening.stop();
    await this.queue?.close();
    this.queue = undefined;
  }

  /** Reads what is under way. Before the deployments are read: a rollout that has ended by then is in them. */
  read(): Promise<void> {
    return this.preparation.read();
  }

  /** After the lanes were told what is deployed: what both have is not released in between. */
  apply(): void {
    this.preparation.apply();
  }

  /** To be kept though nothing deployed needs them. */
  models(): LaneModel[] {
    return this.preparation.models();
  }

  states(): RolloutStates {
    return this.preparation.states();
  }

  /** The node's entry, with these, is in the grid. */
  announced(states: RolloutStates): void {
    this.answers.announced(states);
  }

  forget(): void {
    this.preparation.forget();
  }

  /** The job is done when the node's entry says what became of it. */
  private prepare({ rollout }: PrepareJob): Promise<void> {
    // First, so that the look that it causes counts.
    const answered = this.answers.of(rollout);
    this.parts.lookSoon();
    return answered;
  }
}
