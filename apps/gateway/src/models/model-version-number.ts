import { parseWholeNumber } from '../http/whole-number';
import { InvalidVersionError } from './model.errors';

export const MAX_VERSION = 2_147_483_647;

/** A version in a path: `1`, never `01`, `1e3` or `+1`, so that one version has one path. */
export function parseVersion(text: string): number {
  const version = parseWholeNumber(text, MAX_VERSION);
  if (version === undefined) throw new InvalidVersionError();
  return version;
}
