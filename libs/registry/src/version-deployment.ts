import { type Deployment, type VersionReference } from './deployment';
import { type DeploymentSettings, type DeploymentStore } from './deployment-store';
import { type ModelStore } from './model-store';
import { ModelVersionNotFoundError, RemovedVersionLiveError } from './registry.errors';

export interface DeploymentParts {
  readonly models: Pick<ModelStore, 'get'>;
  readonly deployments: Pick<DeploymentStore, 'get' | 'deploy' | 'withdraw'>;
}

/**
 * Makes an admitted version live, alone and by hand. ModelVersionNotFoundError when there is none, also when it is removed at this
 * very moment: then the version before is live again, unless somebody deployed since. RemovedVersionLiveError when no version is
 * there that was live before.
 */
export async function deployVersion(
  parts: DeploymentParts,
  stream: string,
  { model, version }: Pick<Deployment, 'model' | 'version'>,
  settings: DeploymentSettings = {},
): Promise<Deployment> {
  const { models, deployments } = parts;
  const { sha256 } = await models.get(model, version);
  const before = await deployments.get(stream);
  const deployed = await deployments.deploy(stream, model, version, { ...settings, sha256 });
  try {
    // Whoever removes a version looks for deployments, removes, and looks again: one of us sees the other.
    await models.get(model, version);
  } catch (error) {
    if (error instanceof ModelVersionNotFoundError) await withdraw(parts, deployed, before);
    throw error;
  }
  return deployed;
}

/** Goes back to the latest version that was live and is there, as long as nobody else deploys: whoever does answers for what is live. */
async function withdraw(parts: DeploymentParts, deployed: Deployment, before: Deployment | undefined): Promise<void> {
  const { models, deployments } = parts;
  let inForce = deployed;
  for (const version of liveBefore(deployed, before)) {
    if (!(await isThere(models, version))) continue;
    const restored = await deployments.withdraw(inForce, version);
    // Only what `deployed` names was safe from removal meanwhile: the others are looked at again, like every version that is deployed.
    if (restored === undefined || (await isThere(models, version))) return;
    inForce = restored;
  }
  throw new RemovedVersionLiveError(inForce.model, inForce.version, inForce.stream);
}

/** What `deployed` replaced, then what was live when it was asked for: both are needed when two deployed at once, and both versions go. */
function liveBefore(deployed: Deployment, before: Deployment | undefined): VersionReference[] {
  const versions = [deployed.previous, before, before?.previous].filter((one) => one !== null && one !== undefined);
  return versions.filter(({ model, version }) => model !== deployed.model || version !== deployed.version);
}

/** Another content under the same number is another version. */
async function isThere(
  models: DeploymentParts['models'],
  { model, version, sha256 }: VersionReference,
): Promise<boolean> {
  try {
    const stored = await models.get(model, version);
    return sha256 === undefined || sha256 === stored.sha256;
  } catch (error) {
    if (error instanceof ModelVersionNotFoundError) return false;
    throw error;
  }
}
