import { checkFeatureMap } from '@nearscore/grid';
import { type Deployment, featureMapOf, type NodeEntry } from '@nearscore/registry';
import { type GridConnection } from '../grid/grid-connection';
import { type StreamCatalog, type StreamDefinition } from './stream-catalog';
import { type DeploymentRequest } from './deployment-request';
import { type StreamCounts, type StreamView, toStreamView } from './stream-view';

/** Streams: which model version scores what, and how far it has come. */
export class StreamsService {
  constructor(
    private readonly connection: GridConnection,
    private readonly catalog: StreamCatalog,
  ) {}

  async list(): Promise<StreamView[]> {
    const { deployments, nodes } = this.connection.session();
    const [deployed, entries] = await Promise.all([deployments.list(), nodes.list()]);
    return Promise.all(deployed.map((deployment) => this.view(deployment, entries)));
  }

  async get(stream: string): Promise<StreamView> {
    const { deployment } = await this.catalog.get(stream);
    return this.view(deployment, await this.connection.session().nodes.list());
  }

  /**
   * Deploys an admitted version. Refused before anything changes when the version does not exist, or when the feature
   * map is configured so that records could vanish unseen (FeatureMapSettingsError).
   */
  async deploy(stream: string, { model, version }: DeploymentRequest): Promise<StreamView> {
    const { grid, models, deployments, nodes } = this.connection.session();
    const featureMap = featureMapOf(stream);
    await models.get(model, version);
    await checkFeatureMap(grid, featureMap);
    const deployment = await deployments.deploy(stream, model, version);
    return this.view(deployment, await nodes.list());
  }

  private async view(deployment: Deployment, nodes: readonly NodeEntry[]): Promise<StreamView> {
    const definition = await this.catalog.learn(deployment);
    return toStreamView(definition, await this.count(definition), nodes);
  }

  private async count({ deployment }: StreamDefinition): Promise<StreamCounts> {
    const { grid, parked } = this.connection.session();
    const [features, predictions] = await Promise.all([
      grid.recordMap(deployment.featureMap),
      grid.objectMap(deployment.predictionMap),
    ]);
    const counts = [features.size(), predictions.size(), parked.count(deployment.stream)] as const;
    const [records, scored, waiting] = await Promise.all(counts);
    return { records, predictions: scored, parked: waiting };
  }
}
