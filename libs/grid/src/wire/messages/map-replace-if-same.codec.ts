import { OFFSET, writeLong } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x010500;
const THREAD_ID = 1;

/**
 * ```
 * request   | thread id i64 |, map name, key Data, expected value Data, new value Data
 * response  | replaced u8 |
 * ```
 * In a map that keeps values in binary form (the default) values are the same when all bytes behind their hash are.
 */
export function encodeMapReplaceIfSame(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  entry: { key: Buffer; expected: Buffer; value: Buffer },
): void {
  const fields = writer.begin(TYPE, correlation, partition, 8);
  writeLong(writer.bytes, fields, THREAD_ID);
  writer.content(mapName);
  writer.content(entry.key);
  writer.content(entry.expected);
  writer.content(entry.value);
  writer.end();
}

/** Whether the value was the expected one, and is the new one now. */
export function decodeMapReplaceIfSame(reader: MessageReader): boolean {
  return reader.bytes[reader.field(OFFSET.responseFields, 1)] === 1;
}
