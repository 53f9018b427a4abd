import { encodeKey } from '@nearscore/records';
import { InvalidKeyError } from '../records/record.errors';
import { parseRecordKey } from '../records/record-key';

/**
 * The Data of a record's key, base64: of a text as clients write it, or, when `encoding` is `data`, the base64url of any Data.
 * InvalidKeyError otherwise.
 */
export function keyDataOf(key: string, encoding: unknown, maxBytes: number): string {
  if (encoding === undefined) return encodeKey(parseRecordKey(key, maxBytes)).toString('base64');
  if (encoding !== 'data') throw new InvalidKeyError('keyEncoding: expected data, or none for a text.');
  const data = Buffer.from(key, 'base64url');
  if (data.length === 0 || data.toString('base64url') !== key) throw new InvalidKeyError('The key is not base64url.');
  return data.toString('base64');
}
