import { type Deployment } from './deployment';
import { type DeploymentSettings, type DeploymentStore } from './deployment-store';
import { type ModelStore } from './model-store';
import { ModelVersionNotFoundError } from './registry.errors';

export interface DeploymentParts {
  readonly models: Pick<ModelStore, 'get'>;
  readonly deployments: Pick<DeploymentStore, 'get' | 'deploy'>;
}

/**
 * Makes an admitted version live, alone and by hand. ModelVersionNotFoundError when there is none, also when it is removed at this
 * very moment: then the version before is live again.
 */
export async function deployVersion(
  { models, deployments }: DeploymentParts,
  stream: string,
  { model, version }: Pick<Deployment, 'model' | 'version'>,
  settings: DeploymentSettings = {},
): Promise<Deployment> {
  const { sha256 } = await models.get(model, version);
  const before = await deployments.get(stream);
  const deployed = await deployments.deploy(stream, model, version, { ...settings, sha256 });
  try {
    // Whoever removes a version looks for deployments, removes, and looks again: one of us sees the other.
    await models.get(model, version);
  } catch (error) {
    const isRemoved = error instanceof ModelVersionNotFoundError;
    if (before && isRemoved) await deployments.deploy(stream, before.model, before.version);
    throw error;
  }
  return deployed;
}
