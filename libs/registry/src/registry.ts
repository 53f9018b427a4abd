import { type Grid } from '@nearscore/grid';
import { DeploymentStore } from './deployment-store';
import { type UnreadableListener } from './entry-reader';
import { ModelFiles } from './model-files';
import { ModelRemoval } from './model-removal';
import { ModelStore } from './model-store';
import { REGISTRY_MAPS } from './names';
import { NodeRegistry } from './node-registry';
import { ParkedStore } from './parked-store';
import { RolloutStore } from './rollout-store';
import { VersionUses } from './version-use';

/** All that the grid holds about the cluster itself. */
export interface Registry {
  readonly nodes: NodeRegistry;
  readonly models: ModelStore;
  readonly removal: ModelRemoval;
  readonly deployments: DeploymentStore;
  readonly rollouts: RolloutStore;
  readonly parked: ParkedStore;
}

export interface RegistryOptions {
  readonly onUnreadable?: UnreadableListener;
}

export async function openRegistry(
  grid: Pick<Grid, 'jsonMap' | 'binaryMap'>,
  { onUnreadable }: RegistryOptions = {},
): Promise<Registry> {
  const deployments = await grid.jsonMap<unknown>(REGISTRY_MAPS.deployments);
  const rollouts = await grid.jsonMap<unknown>(REGISTRY_MAPS.rollouts);
  const files = new ModelFiles(
    await grid.jsonMap(REGISTRY_MAPS.modelFiles),
    await grid.binaryMap(REGISTRY_MAPS.modelChunks),
  );
  const models = new ModelStore(await grid.jsonMap(REGISTRY_MAPS.models), files, { onUnreadable });
  return {
    nodes: new NodeRegistry(await grid.jsonMap(REGISTRY_MAPS.nodes), onUnreadable),
    models,
    removal: new ModelRemoval(models, new VersionUses(deployments, rollouts)),
    deployments: new DeploymentStore(deployments, { onUnreadable }),
    rollouts: new RolloutStore(rollouts, onUnreadable),
    parked: new ParkedStore(await grid.jsonMap(REGISTRY_MAPS.parked), onUnreadable),
  };
}
