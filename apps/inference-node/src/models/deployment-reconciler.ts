import { isDeepStrictEqual } from 'node:util';
import { messageOf, NearscoreError } from '@nearscore/errors';
import { FeatureMapSettingsError } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type RefusedStream } from '@nearscore/metrics';
import { type ModelConfig } from '@nearscore/records';
import { type Deployment } from '@nearscore/registry';
import { type LaneDeployment } from '../lane/lane-messages';

/** What lies in the grid, as far as it matters here. */
export interface StoredModel {
  readonly sha256: string;
  readonly config: ModelConfig;
}

export interface ReconcilerSources {
  deployments(): Promise<readonly Deployment[]>;
  model(model: string, version: number): Promise<StoredModel | undefined>;
  /** Checked against the model's sha256. */
  bytes(model: StoredModel): Promise<Uint8Array>;
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
  private readonly bytes = new Map<string, Uint8Array>();
  /** What the lanes were told last; undefined = nothing yet. */
  private told: readonly LaneDeployment[] | undefined;

  constructor(
    private readonly sources: ReconcilerSources,
    private readonly deploy: (deployments: readonly LaneDeployment[]) => void,
    private readonly logger: Logger,
  ) {}

  /** Undefined until the first is known. */
  get deployed(): readonly Deployment[] | undefined {
    return this.told?.map(({ deployment }) => deployment);
  }

  /** Rejects when the grid cannot be asked; then everything stays as it is. */
  async reconcile(): Promise<void> {
    const refused: RefusedStream[] = [];
    const unavailable: UnavailableStream[] = [];
    const ready: LaneDeployment[] = [];
    for (const deployment of await this.sources.deployments()) {
      const refusal = await this.refusalOf(deployment);
      if (refusal) refused.push(refusal);
      else await this.prepare(deployment, ready, unavailable);
    }
    this.refused = refused;
    this.unavailable = unavailable;
    this.forgetUnused(ready);
    this.tell(ready);
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
      // A grid that does not answer says nothing about the stream.
      if (error instanceof NearscoreError && error.retriable) throw error;
      unavailable.push(this.unavailableFor(deployment, messageOf(error)));
    }
  }

  private toldAlready(deployment: Deployment): LaneDeployment | undefined {
    return this.told?.find((told) => isDeepStrictEqual(told.deployment, deployment));
  }

  private async load(deployment: Deployment): Promise<LaneDeployment> {
    const { model, version } = deployment;
    const stored = await this.sources.model(model, version);
    if (!stored) throw new Error(`model ${model} version ${version} is not in the grid`);
    const { sha256, config } = stored;
    return { deployment, live: { model, version, sha256, config, onnx: await this.bytesOf(stored) } };
  }

  private unavailableFor({ stream, model, version }: Deployment, reason: string): UnavailableStream {
    const known = this.unavailable.some((it) => it.stream === stream && it.reason === reason);
    this.complain(known, { stream, model, version }, `stream cannot be scored: ${reason}`);
    return { stream, reason };
  }

  private async bytesOf(model: StoredModel): Promise<Uint8Array> {
    const known = this.bytes.get(model.sha256);
    if (known) return known;
    const bytes = await this.sources.bytes(model);
    // Shared, so that it is in memory once, however many lanes load it.
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    shared.set(bytes);
    this.bytes.set(model.sha256, shared);
    return shared;
  }

  private forgetUnused(ready: readonly LaneDeployment[]): void {
    const used = new Set(ready.map(({ live }) => live.onnx));
    for (const [sha256, bytes] of this.bytes) if (!used.has(bytes)) this.bytes.delete(sha256);
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
