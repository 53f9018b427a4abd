import { BackgroundTask } from '@nearscore/background';
import { type NodeConfig } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { checkFeatureMap } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type NodeMetrics } from '@nearscore/metrics';
import { ChangeListener } from '../grid/change-listener';
import { type NodeGrid, replicatePredictionSchema } from '../grid/node-grid';
import { type LanePool } from '../lanes/lane-pool';
import { type FailingStream } from '../node/partition-service';
import { type RolloutStates } from '../rollouts/rollout-preparation';
import { RolloutWork } from '../rollouts/rollout-work';
import { DeploymentReconciler } from './deployment-reconciler';
import { LookCount } from './look-count';
import { ModelCache } from './model-cache';

const RECONCILE_INTERVAL_MS = 2000;
/** Every interval lists what is there; what is looked for between two of them is known. */
const LISTING_AGE_MS = RECONCILE_INTERVAL_MS / 2;
/** Trying to load blocks a lane for as long as it takes. */
const LOAD_AGAIN_AFTER_MS = 5000;

export interface ModelWorkParts {
  readonly config: NodeConfig;
  readonly cluster: NodeGrid;
  readonly lanes: LanePool;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
  /** What the node's entry says is no longer so. */
  readonly announceSoon: () => void;
  /** What the grid says was read, and lanes were told. */
  readonly onLooked: () => void;
}

/** Brings the lanes to what the grid says of versions: what is deployed, and what rollouts have in mind. */
export class ModelWork {
  readonly reconciler: DeploymentReconciler;
  readonly looks = new LookCount();
  private readonly models: ModelCache;
  private readonly rollouts: RolloutWork;
  private readonly reconciling: BackgroundTask;
  private readonly listening: ChangeListener;
  private schemaMissing = false;
  private triedAt = 0;
  private toTell = '';

  constructor(private readonly parts: ModelWorkParts) {
    const { config, cluster, lanes, metrics, logger } = parts;
    const { models, deployments, rollouts, grid } = cluster;
    this.models = new ModelCache({
      model: (model, version) => models.get(model, version),
      bytes: models.bytes.bind(models),
    });
    const sources = {
      deployments: () => deployments.look(LISTING_AGE_MS),
      checkFeatureMap: (name: string) => checkFeatureMap(grid, name),
    };
    this.reconciler = new DeploymentReconciler(sources, this.models, (ready) => this.deploy(ready), logger);
    const lookSoon = (): void => this.soon();
    const work = { config, store: rollouts, listingAgeMs: LISTING_AGE_MS, models: this.models, lanes, logger };
    this.rollouts = new RolloutWork({ ...work, looks: this.looks, metrics: metrics.rollouts, lookSoon });
    this.reconciling = new BackgroundTask(
      () => this.reconcile(),
      RECONCILE_INTERVAL_MS,
      (error) => logger.warn({ reason: messageOf(error) }, 'deployments cannot be read'),
    );
    this.listening = new ChangeListener('deployments', logger);
  }

  start(): void {
    this.reconciling.start();
    this.rollouts.start();
    // Deployments are polled too.
    this.listening.start(this.parts.cluster.deployments.onChanged(() => this.soon()));
  }

  /** No more changes reach the lanes. */
  async stop(): Promise<void> {
    await this.listening.stop();
    await this.rollouts.stop();
    await this.reconciling.stop();
  }

  soon(): void {
    this.reconciling.soon();
  }

  /** @param restarted it is another grid: what was true of its maps and epochs is no longer */
  reconnected(restarted: boolean): void {
    this.schemaMissing = true;
    if (restarted) {
      this.reconciler.forget();
      this.rollouts.forget();
    }
    this.soon();
  }

  /** Whether every lane is up and has loaded what is deployed, or could not. */
  get hasTried(): boolean {
    const { deployed } = this.reconciler;
    return deployed !== undefined && this.parts.lanes.haveTried(deployed);
  }

  /** Deployed streams that cannot be scored here, because a version cannot be had or loaded. */
  failing(): FailingStream[] {
    const failed = [...this.reconciler.unavailable, ...this.parts.lanes.outcomes.failed()];
    const names = new Set(failed.map(({ stream }) => stream));
    return (this.reconciler.wanted ?? []).filter(({ stream }) => names.has(stream));
  }

  /** For the node's entry. */
  rolloutStates(): RolloutStates {
    return this.rollouts.states();
  }

  /** The node's entry, with these, is in the grid. */
  announced(states: RolloutStates): void {
    this.rollouts.announced(states);
  }

  private deploy(ready: Parameters<LanePool['deploy']>[0]): void {
    this.triedAt = performance.now();
    this.parts.lanes.deploy(ready);
  }

  private async reconcile(): Promise<void> {
    if (this.schemaMissing) {
      await replicatePredictionSchema(this.parts.cluster.grid);
      this.schemaMissing = false;
    }
    this.looks.begins();
    await this.rollouts.read();
    await this.reconciler.reconcile();
    this.rollouts.apply();
    this.models.keep([...this.reconciler.usedModels(), ...this.rollouts.models()]);
    this.parts.metrics.setRefused(this.reconciler.refused);
    this.looks.ends();
    this.tryAgain();
    this.announceChanges();
    this.parts.onLooked();
  }

  private tryAgain(): void {
    const isDue = performance.now() - this.triedAt > LOAD_AGAIN_AFTER_MS;
    if (isDue && this.parts.lanes.outcomes.failed().length > 0) this.reconciler.tellAgain();
  }

  /** What lanes answer is announced when they do. */
  private announceChanges(): void {
    const toTell = JSON.stringify([this.rollouts.states(), this.failing()]);
    if (toTell === this.toTell) return;
    this.toTell = toTell;
    this.parts.announceSoon();
  }
}
