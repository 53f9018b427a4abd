import { OFFSET } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x014100;

/**
 * ```
 * request   | – |, map name                      to a partition
 * response  | oldest sequence i64 | newest i64 |  empty journal: 0, -1
 * ```
 */
export function encodeMapEventJournalSubscribe(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
): void {
  writer.begin(TYPE, correlation, partition, 0);
  writer.content(mapName);
  writer.end();
}

export function decodeMapEventJournalSubscribe(reader: MessageReader): { oldest: number; newest: number } {
  return { oldest: reader.long(OFFSET.responseFields), newest: reader.long(OFFSET.responseFields + 8) };
}
