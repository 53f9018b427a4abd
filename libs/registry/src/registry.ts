import { type Grid } from '@nearscore/grid';
import { DeploymentStore } from './deployment-store';
import { type UnreadableListener } from './entry-reader';
import { ModelStore } from './model-store';
import { REGISTRY_MAPS } from './names';
import { NodeRegistry } from './node-registry';
import { ParkedStore } from './parked-store';
import { RolloutStore } from './rollout-store';

/** All that the grid holds about the cluster itself. */
export interface Registry {
  readonly nodes: NodeRegistry;
  readonly models: ModelStore;
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
  return {
    nodes: new NodeRegistry(await grid.jsonMap(REGISTRY_MAPS.nodes), onUnreadable),
    models: new ModelStore(await grid.jsonMap(REGISTRY_MAPS.models), await grid.binaryMap(REGISTRY_MAPS.modelChunks), {
      onUnreadable,
    }),
    deployments: new DeploymentStore(await grid.jsonMap(REGISTRY_MAPS.deployments), { onUnreadable }),
    rollouts: new RolloutStore(await grid.jsonMap(REGISTRY_MAPS.rollouts), onUnreadable),
    parked: new ParkedStore(await grid.jsonMap(REGISTRY_MAPS.parked), onUnreadable),
  };
}
