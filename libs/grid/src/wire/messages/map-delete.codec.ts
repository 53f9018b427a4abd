import { type MessageWriter } from '../message-writer';
import { writeLong } from '../frame';

const TYPE = 0x010900;

/** Locks are by thread; this connection takes none, so any id will do. */
const THREAD_ID = 1;

/** `request | thread id i64 |, map name, key Data`, `response | – |`. */
export function encodeMapDelete(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  key: { bytes: Buffer; start: number; end: number },
): void {
  const fields = writer.begin(TYPE, correlation, partition, 8);
  writeLong(writer.bytes, fields, THREAD_ID);
  writer.content(mapName);
  writer.copy(key.bytes, key.start, key.end);
  writer.end();
}
