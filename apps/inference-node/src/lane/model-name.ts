import { type LaneModelName } from './lane-messages';

/** The same for the same version with the same bytes. */
export function modelNameOf({ model, version, sha256 }: LaneModelName): string {
  return `${model}/${version}/${sha256}`;
}
