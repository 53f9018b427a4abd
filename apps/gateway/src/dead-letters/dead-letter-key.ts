import { InvalidKeyError } from '../records/record.errors';
import { parseRecordKey } from '../records/record-key';

const STRING_TYPE_ID = -11;
const HEAD_BYTES = 12;

/**
 * The Data of a record's key, base64: of a text as clients write it, or, when `encoding` is `data`, the base64url of any Data.
 * InvalidKeyError otherwise.
 */
export function keyDataOf(key: string, encoding: unknown, maxBytes: number): string {
  if (encoding === undefined) return stringData(parseRecordKey(key, maxBytes)).toString('base64');
  if (encoding !== 'data') throw new InvalidKeyError('keyEncoding: expected data, or none for a text.');
  const data = Buffer.from(key, 'base64url');
  if (data.length === 0 || data.toString('base64url') !== key) throw new InvalidKeyError('The key is not base64url.');
  return data.toString('base64');
}

/** hash (none), type, length in bytes, UTF-8; big-endian. */
function stringData(text: string): Buffer {
  const bytes = Buffer.from(text);
  const data = Buffer.alloc(HEAD_BYTES + bytes.length);
  data.writeInt32BE(STRING_TYPE_ID, 4);
  data.writeInt32BE(bytes.length, 8);
  bytes.copy(data, HEAD_BYTES);
  return data;
}
