import { type GridMap } from '@nearscore/grid';
import { ComparedEntries } from './compared-entries';
import { type Deployment, deploymentSchema, type VersionReference } from './deployment';
import { type StreamRollouts, streamRolloutsSchema } from './rollout';
import { rolloutUnderWay } from './rollout-store';

/** What a version may be to a stream. `rollout`: one that is under way leads to it, or away from it. */
export type VersionRole = 'live' | 'candidate' | 'previous' | 'rollout';

/** A stream needs a version. */
export interface VersionUse extends VersionReference {
  readonly stream: string;
  readonly role: VersionRole;
}

/** What a deployment needs: nothing of it is stored with the versions. */
export function usesOf(deployment: Deployment): VersionUse[] {
  const { stream, candidate, previous } = deployment;
  return [
    ...usesAs('live', stream, [deployment]),
    ...usesAs('candidate', stream, [candidate]),
    ...usesAs('previous', stream, [previous]),
  ];
}

/** All needs of all streams, for whoever removes versions. */
export class VersionUses {
  private readonly deployments: ComparedEntries<Deployment>;
  private readonly rollouts: ComparedEntries<StreamRollouts>;

  constructor(deployments: GridMap<unknown>, rollouts: GridMap<unknown>) {
    this.deployments = new ComparedEntries<Deployment>(deployments, deploymentSchema);
    this.rollouts = new ComparedEntries<StreamRollouts>(rollouts, streamRolloutsSchema);
  }

  /** RegistryEntryError when an entry cannot be read: it may need any version. */
  async list(): Promise<VersionUse[]> {
    // A rollout writes the deployment before it ends: what the second no longer needs, the first does by then.
    const rollouts = await this.rollouts.all();
    const deployments = await this.deployments.all();
    return [...deployments.flatMap(usesOf), ...rollouts.flatMap(usesOfRollouts)];
  }
}

function usesOfRollouts(entry: StreamRollouts): VersionUse[] {
  const underWay = rolloutUnderWay(entry);
  return usesAs('rollout', entry.stream, [underWay?.to, underWay?.from, underWay?.previous]);
}

function usesAs(
  role: VersionRole,
  stream: string,
  versions: readonly (VersionReference | null | undefined)[],
): VersionUse[] {
  const named = versions.filter((version) => version !== null && version !== undefined);
  return named.map(({ model, version, sha256 }) => ({ model, version, sha256, stream, role }));
}
