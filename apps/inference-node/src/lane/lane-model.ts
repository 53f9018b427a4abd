import { type LaneDeployment, type LaneModel, type LaneModelName } from './lane-messages';

/** The same for the same version with the same bytes. */
export function modelNameOf({ model, version, sha256 }: LaneModelName): string {
  return `${model}/${version}/${sha256}`;
}

/** The versions that score a stream. */
export function modelsOf({ live, candidate }: LaneDeployment): LaneModel[] {
  return candidate ? [live, candidate] : [live];
}
