import { isUtf8 } from 'node:buffer';
import { TypeId } from '../compact/type-id';

/** Behind the Data's header: hash i32, type i32. */
const VALUE_START = 8;

/**
 * The text of a key's Data: [hash i32][type i32], then a text's [length i32][UTF-8], or a big-endian int or long, which is
 * given in decimal. Undefined: a key of another type, or not the bytes of one. So the text `5` and the int 5 look alike here.
 */
export function decodeKey(data: Buffer): string | undefined {
  if (data.length < VALUE_START) return undefined;
  const value = data.subarray(VALUE_START);
  switch (data.readInt32BE(4)) {
    case TypeId.STRING:
      return decodeTextKey(data);
    case TypeId.INT:
      return value.length === 4 ? String(value.readInt32BE()) : undefined;
    case TypeId.LONG:
      return value.length === 8 ? String(value.readBigInt64BE()) : undefined;
    default:
      return undefined;
  }
}

/** The text of a key that is one; undefined for numbers, which look alike, and for bytes that are no text. */
export function decodeTextKey(data: Buffer): string | undefined {
  if (data.length < VALUE_START + 4 || data.readInt32BE(4) !== TypeId.STRING) return undefined;
  const text = data.subarray(VALUE_START + 4);
  // Replaced characters would make two keys look like one.
  return data.readInt32BE(VALUE_START) === text.length && isUtf8(text) ? text.toString('utf8') : undefined;
}

/** The Data of a key that is a text. The hash is 0, as clients write it unless they choose the partition themselves. */
export function encodeKey(key: string): Buffer {
  const bytes = Buffer.alloc(VALUE_START + 4 + Buffer.byteLength(key));
  bytes.writeInt32BE(TypeId.STRING, 4);
  bytes.writeInt32BE(bytes.length - VALUE_START - 4, VALUE_START);
  bytes.write(key, VALUE_START + 4);
  return bytes;
}
