import { checkFeatureMap } from '@nearscore/grid';
import {
  type Deployment,
  type DeploymentSettings,
  deployVersion,
  featureMapOf,
  rolloutUnderWay,
} from '@nearscore/registry';
import { RolloutRunningError } from '@nearscore/rollouts';
import { type BackPressure } from '../back-pressure/back-pressure';
import { type StreamLags } from '../back-pressure/stream-lags';
import { type GridConnection } from '../grid/grid-connection';
import { type ClusterWatch } from '../nodes/cluster-watch';
import { type StreamCatalog, type StreamDefinition } from './stream-catalog';
import { type DeploymentRequest } from './deployment-request';
import { StreamNotFoundError } from './stream.errors';
import { type StreamCounts, type StreamView, toStreamView } from './stream-view';

export interface StreamsParts {
  readonly connection: GridConnection;
  readonly catalog: StreamCatalog;
  readonly watch: Pick<ClusterWatch, 'look'>;
  readonly lags: Pick<StreamLags, 'of'>;
  readonly backPressure: Pick<BackPressure, 'limitOf'>;
}

/** Streams: which model version scores what, and how far it has come. */
export class StreamsService {
  constructor(private readonly parts: StreamsParts) {}

  async list(): Promise<StreamView[]> {
    const deployed = await this.parts.connection.session().deployments.list();
    const definitions = await Promise.all(deployed.map((deployment) => this.parts.catalog.learn(deployment)));
    await this.parts.watch.look();
    return Promise.all(definitions.map((definition) => this.view(definition)));
  }

  /** As the grid has it, which may be newer than what this gateway has heard of. */
  async get(stream: string): Promise<StreamView> {
    const deployment = await this.parts.connection.session().deployments.get(stream);
    if (deployment === undefined) throw new StreamNotFoundError(stream);
    return this.viewOf(deployment);
  }

  /** Deploys an admitted version, or changes settings alone; StreamNotFoundError when there is nothing to change. */
  async deploy(stream: string, { live, settings }: DeploymentRequest): Promise<StreamView> {
    if (live) return this.viewOf(await this.makeLive(stream, live, settings));
    const configured = await this.parts.connection.session().deployments.configure(stream, settings);
    if (!configured) throw new StreamNotFoundError(stream);
    return this.viewOf(configured);
  }

  /**
   * Refused before anything changes when the version does not exist, when a rollout is under way (RolloutRunningError), or when
   * the feature map is configured so that records could vanish unseen (FeatureMapSettingsError).
   */
  private async makeLive(
    stream: string,
    live: Pick<Deployment, 'model' | 'version'>,
    settings: DeploymentSettings,
  ): Promise<Deployment> {
    const { grid, rollouts, ...registry } = this.parts.connection.session();
    const underWay = rolloutUnderWay(await rollouts.get(stream));
    if (underWay) throw new RolloutRunningError(underWay);
    await checkFeatureMap(grid, featureMapOf(stream));
    return deployVersion(registry, stream, live, settings);
  }

  private async viewOf(deployment: Deployment): Promise<StreamView> {
    const definition = await this.parts.catalog.learn(deployment);
    await this.parts.watch.look();
    return this.view(definition);
  }

  private async view(definition: StreamDefinition): Promise<StreamView> {
    const { deployment } = definition;
    const { lags, backPressure } = this.parts;
    return toStreamView(
      definition,
      await this.count(definition),
      lags.of(deployment.stream),
      backPressure.limitOf(deployment),
    );
  }

  private async count({ deployment }: StreamDefinition): Promise<StreamCounts> {
    const { grid, parked } = this.parts.connection.session();
    const [features, predictions] = await Promise.all([
      grid.recordMap(deployment.featureMap),
      grid.objectMap(deployment.predictionMap),
    ]);
    const counts = [features.size(), predictions.size(), parked.count({ stream: deployment.stream })] as const;
    const [records, scored, waiting] = await Promise.all(counts);
    return { records, predictions: scored, parked: waiting };
  }
}
