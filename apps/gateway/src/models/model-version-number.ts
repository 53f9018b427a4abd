import { InvalidVersionError } from './model.errors';

/** A version in a path: `1`, never `01`, `1e3` or `+1`, so that one version has one path. */
export function parseVersion(text: string): number {
  const version = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(version <= 2_147_483_647)) throw new InvalidVersionError();
  return version;
}
