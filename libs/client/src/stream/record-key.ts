import { InvalidKeyError } from '../client.errors';

/** A key as a path segment. Throws InvalidKeyError for those that URLs swallow. */
export function pathOfKey(key: string): string {
  // The URL standard resolves these two even when they are percent-encoded.
  if (key === '' || key === '.' || key === '..') throw new InvalidKeyError(key);
  try {
    return encodeURIComponent(key);
  } catch {
    throw new InvalidKeyError(key);
  }
}
