import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '@nearscore/errors';
import { FeatureMapSettingsError } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type RefusedStream } from '@nearscore/metrics';
import { type Deployment } from '@nearscore/registry';
import { type LaneDeployment, type LaneModel } from '../lane/lane-messages';
import { modelsOf } from '../lane/lane-model';
import { isSilence, type ModelCache } from './model-cache';

export interface ReconcilerSources {
  deployments(): Promise<readonly Deployment[]>;
  /** FeatureMapSettingsError when records could be lost in this map without the node knowing. */
  checkFeatureMap(name: string): Promise<void>;
}

export interface UnavailableStream {
  readonly stream: string;
  readonly reason: string;
}

/**
 * Brings the lanes to what the deployments in the grid say, from nothing but those: at start, on change, every few
 * seconds. A stream is left out while its feature map is refused or its model cannot be had; all others go on.
 */
export class DeploymentReconciler {
  refused: readonly RefusedStream[] = [];
  unavailable: readonly UnavailableStream[] = [];
  private readonly checkedMaps = new Set<string>();
  /** What is to be scored, as read last; undefined = nothing read yet. */
  private read: readonly Deployment[] | undefined;
  /** What the lanes were told last; undefined = nothing yet. */
  private told: readonly LaneDeployment[] | undefined;

  constructor(
    private readonly sources: ReconcilerSources,
    private readonly models: Pick<ModelCache, 'load'>,
    private readonly deploy: (deployments: readonly LaneDeployment[]) => void,
    private readonly logger: Logger,
  ) {}

  /** What the lanes are to score; undefined until the first is known. */
  get deployed(): readonly Deployment[] | undefined {
    return this.told?.map(({ deployment }) => deployment);
  }

  /** What this node is to score, also what it cannot; undefined until it is known. */
  get wanted(): readonly Deployment[] | undefined {
    return this.told && this.read;
  }

  /** Versions that the lanes score with. */
  usedModels(): LaneModel[] {
    return (this.told ?? []).flatMap(modelsOf);
  }

  /** Rejects when the grid cannot be asked; then the lanes go on as they do. */
  async reconcile(): Promise<void> {
    const refused: RefusedStream[] = [];
    const unavailable: UnavailableStream[] = [];
    const ready: LaneDeployment[] = [];
    // From here on the node is not ready, until its lanes apply what was read.
    this.read = await this.sources.deployments();
    for (const deployment of this.read) {
      const refusal = await this.refusalOf(deployment);
      if (refusal) refused.push(refusal);
      else await this.prepare(deployment, ready, unavailable);
    }
    this.refused = refused;
    this.unavailable = unavailable;
    this.tell(ready);
  }

  /** Has the lanes try again what they could not load. */
  tellAgain(): void {
    if (this.told) this.deploy(this.told);
  }

  /** The grid may be another one: what was true of its maps and epochs is no longer. */
  forget(): void {
    this.checkedMaps.clear();
    this.tell([]);
  }

  private async refusalOf({ stream, featureMap }: Deployment): Promise<RefusedStream | undefined> {
    if (this.checkedMaps.has(featureMap)) return undefined;
    try {
      await this.sources.checkFeatureMap(featureMap);
      this.checkedMaps.add(featureMap);
      return undefined;
    } catch (error) {
      if (!(error instanceof FeatureMapSettingsError)) throw error;
      const setting = String(error.details.setting);
      this.complain(
        this.refused.some((it) => it.stream === stream),
        { stream, setting },
        error.message,
      );
      return { stream, setting };
    }
  }

  private async prepare(
    deployment: Deployment,
    ready: LaneDeployment[],
    unavailable: UnavailableStream[],
  ): Promise<void> {
    try {
      ready.push(this.toldAlready(deployment) ?? (await this.load(deployment)));
    } catch (error) {
      if (isSilence(error)) throw error;
      unavailable.push(this.unavailableFor(deployment, messageOf(error)));
    }
  }

  private toldAlready(deployment: Deployment): LaneDeployment | undefined {
    return this.told?.find((told) => isDeepStrictEqual(told.deployment, deployment));
  }

  private async load(deployment: Deployment): Promise<LaneDeployment> {
    const { model, version, sha256, candidate } = deployment;
    const live = await this.models.load({ model, version, sha256 });
    return candidate ? { deployment, live, candidate: await this.models.load(candidate) } : { deployment, live };
  }

  private unavailableFor({ stream, model, version }: Deployment, reason: string): UnavailableStream {
    const known = this.unavailable.some((it) => it.stream === stream && it.reason === reason);
    this.complain(known, { stream, model, version }, `stream cannot be scored: ${reason}`);
    return { stream, reason };
  }

  private tell(ready: readonly LaneDeployment[]): void {
    const deployments = ready.map(({ deployment }) => deployment);
    if (isDeepStrictEqual(this.deployed, deployments)) return;
    this.told = ready;
    this.deploy(ready);
    const streams = deployments.map(({ stream, model, version, epoch }) => `${stream}: ${model}/${version} @${epoch}`);
    this.logger.info({ streams }, 'lanes are told to score');
  }

  /** Once at full voice, then quietly: it is found again every few seconds. */
  private complain(known: boolean, fields: object, message: string): void {
    this.logger[known ? 'debug' : 'error'](fields, message);
  }
}
