import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';
import { readEntryList } from './entry-list';

const TYPE = 0x012300;

/**
 * Keys that lie in another partition than the request's are left out of the answer like those that have no entry.
 *
 * ```
 * request   | – |, map name, BEGIN, key Data …, END    to a partition
 * response  | – |, BEGIN, key Data, value Data …, END    in no order
 * ```
 */
export function encodeMapGetAll(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  keys: { bytes: Buffer; ranges: readonly (readonly [start: number, end: number])[] },
): void {
  writer.begin(TYPE, correlation, partition, 0);
  writer.content(mapName);
  writer.beginStructure();
  for (const [start, end] of keys.ranges) writer.copy(keys.bytes, start, end);
  writer.endStructure();
  writer.end();
}

/** The entries' offsets in the reply's bytes: keyStart, keyEnd, valueStart, valueEnd each. */
export function decodeMapGetAll(reader: MessageReader): number[] {
  return readEntryList(reader);
}
