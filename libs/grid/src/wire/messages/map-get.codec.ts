import { FLAG, writeLong } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x010200;
const THREAD_ID = 1;

/** `request | thread id i64 |, map name, key Data`, `response | – |, value Data?`. */
export function encodeMapGet(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  key: Buffer,
): void {
  const fields = writer.begin(TYPE, correlation, partition, 8);
  writeLong(writer.bytes, fields, THREAD_ID);
  writer.content(mapName);
  writer.content(key);
  writer.end();
}

/** The value's Data in a buffer of its own, or null. */
export function decodeMapGet(reader: MessageReader): Buffer | null {
  const absent = reader.nextHas(FLAG.null);
  reader.next();
  return absent ? null : Buffer.from(reader.bytes.subarray(reader.start, reader.end));
}
