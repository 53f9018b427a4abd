import { InvalidKeyError } from './record.errors';

/**
 * A record's key as it is given: 1 to `maxBytes` bytes of UTF-8. Nothing is normalised: composed and decomposed
 * accents are two keys. InvalidKeyError otherwise.
 */
export function parseRecordKey(key: unknown, maxBytes: number): string {
  if (typeof key !== 'string' || key === '') throw new InvalidKeyError('A key is a text that is not empty.');
  if (Buffer.byteLength(key) > maxBytes) throw new InvalidKeyError(`A key has at most ${maxBytes} bytes in UTF-8.`);
  // A lone surrogate becomes U+FFFD in UTF-8, so that two keys would become one.
  if (/\p{Surrogate}/u.test(key)) throw new InvalidKeyError('A key has no lone surrogates.');
  if (key.includes('\0')) throw new InvalidKeyError('A key has no U+0000.');
  return key;
}
