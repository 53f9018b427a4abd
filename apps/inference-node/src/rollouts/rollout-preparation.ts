import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type NodeEntry, type Rollout, rolloutUnderWay, type StreamRollouts } from '@nearscore/registry';
import { type LaneModel, type LaneModelName } from '../lane/lane-messages';
import { modelNameOf } from '../lane/lane-model';
import { type Preparedness } from '../lanes/lane-outcomes';
import { isSilence, type ModelCache } from '../models/model-cache';

export type RolloutStates = NonNullable<NodeEntry['rollouts']>;

/** The node's lanes; LanePool fits. */
export interface PreparingLanes {
  prepare(models: readonly LaneModel[]): void;
  readonly outcomes: { preparednessOf(model: LaneModelName): Preparedness };
}

export interface RolloutPreparationParts {
  readonly rollouts: () => Promise<readonly StreamRollouts[]>;
  readonly models: Pick<ModelCache, 'find' | 'load'>;
  readonly lanes: PreparingLanes;
  /** A version has come, or will not come. */
  readonly onFetched: () => void;
  readonly logger: Logger;
}

/**
 * Has the lanes hold what rollouts under way bring, and what they may go back to, from nothing but their entries in the grid:
 * whatever is deployed next, or again, is loaded already. Versions are fetched in the background.
 */
export class RolloutPreparation {
  private underWay: readonly Rollout[] = [];
  /** Why a version cannot be had, by rollout. */
  private readonly failures = new Map<string, string>();
  private readonly fetching = new Set<string>();
  private told: readonly LaneModel[] = [];

  constructor(private readonly parts: RolloutPreparationParts) {}

  /** Rejects when the grid cannot be asked; then all stays as it is. */
  async read(): Promise<void> {
    const entries = await this.parts.rollouts();
    this.underWay = entries.flatMap((entry) => rolloutUnderWay(entry) ?? []);
    const ids = new Set(this.underWay.map(({ id }) => id));
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
  }

  /** Tells the lanes what they are to hold by what was read last, and has fetched what is not here. */
  apply(): void {
    for (const rollout of this.underWay) for (const version of versionsOf(rollout)) this.fetch(rollout, version);
    const models = this.models();
    if (namesOf(models) === namesOf(this.told)) return;
    this.told = models;
    this.parts.lanes.prepare(models);
  }

  /** Those that are here. */
  models(): LaneModel[] {
    const versions = this.underWay.flatMap(versionsOf);
    const models = versions.flatMap((version) => this.parts.models.find(version) ?? []);
    return [...new Map(models.map((model) => [modelNameOf(model), model])).values()];
  }

  /** For the node's entry. */
  states(): RolloutStates {
    return this.underWay.map((rollout) => ({ id: rollout.id, ...this.stateOf(rollout) }));
  }

  /** What the grid says may be of another one. */
  forget(): void {
    this.underWay = [];
    this.failures.clear();
    this.apply();
  }

  private stateOf({ id, to }: Rollout): Preparedness {
    const reason = this.failures.get(id);
    if (reason !== undefined) return { state: 'failed', reason };
    const model = this.parts.models.find(to);
    return model ? this.parts.lanes.outcomes.preparednessOf(model) : { state: 'preparing', reason: null };
  }

  private fetch(rollout: Rollout, version: LaneModelName): void {
    const name = modelNameOf(version);
    if (this.parts.models.find(version) || this.fetching.has(name) || this.failures.has(rollout.id)) return;
    this.fetching.add(name);
    this.parts.models
      .load(version)
      .then(
        () => this.parts.onFetched(),
        (error: unknown) => this.notFetched(rollout, version, error),
      )
      .finally(() => this.fetching.delete(name));
  }

  private notFetched({ id, to }: Rollout, version: LaneModelName, error: unknown): void {
    const { model, version: number } = version;
    const reason = messageOf(error);
    this.parts.logger.warn({ rollout: id, model, version: number, reason }, 'a version cannot be fetched');
    // A grid that does not answer is asked again with the next look.
    if (version !== to || isSilence(error)) return;
    this.failures.set(id, reason);
    this.parts.onFetched();
  }
}

/** The new one; and the one that is live until the last step, and again after a way back. */
function versionsOf({ from, to }: Rollout): LaneModelName[] {
  return from ? [to, from] : [to];
}

function namesOf(models: readonly LaneModel[]): string {
  return models.map(modelNameOf).join();
}
