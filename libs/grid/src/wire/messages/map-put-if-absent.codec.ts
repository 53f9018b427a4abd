import { FLAG, writeLong } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x010e00;
const THREAD_ID = 1;
/** The map's own. */
const TTL_MS = -1;

/** `request | thread id i64 | ttl ms i64 |, map name, key Data, value Data`, `response | – |, value that was there Data?`. */
export function encodeMapPutIfAbsent(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  entry: { key: Buffer; value: Buffer },
): void {
  const fields = writer.begin(TYPE, correlation, partition, 16);
  writeLong(writer.bytes, fields, THREAD_ID);
  writeLong(writer.bytes, fields + 8, TTL_MS);
  writer.content(mapName);
  writer.content(entry.key);
  writer.content(entry.value);
  writer.end();
}

/** Whether the value was put: there was none. */
export function decodeMapPutIfAbsent(reader: MessageReader): boolean {
  const absent = reader.nextHas(FLAG.null);
  // A frame that is cut off is no answer.
  reader.next();
  return absent;
}
