import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';
import { MalformedMessageError } from '../wire.errors';
import { readEntryList } from './entry-list';

const TYPE = 0x013800;

/** Where a partition scan stands: pairs of (table index, table size). Opaque; send back what the last page gave. */
export type IterationPointers = readonly (readonly [index: number, size: number])[];

export const FIRST_PAGE: IterationPointers = [[0x7fffffff, -1]];

export interface EntriesPage {
  pointers: IterationPointers;
  /** Offsets in the reply's bytes: keyStart, keyEnd, valueStart, valueEnd per entry. */
  offsets: number[];
}

/** Whether `pointers`, as given by a page, say that the scan has seen the whole partition. */
export function isLastPage(pointers: IterationPointers): boolean {
  const last = pointers[pointers.length - 1];
  return last === undefined || last[0] <= 0;
}

/**
 * ```
 * request   | batch i32 |, map name, pointers: one frame of (index i32, size i32) …    to a partition
 * response  | – |, pointers frame, BEGIN, key Data, value Data …, END
 * ```
 */
export function encodeMapFetchEntries(
  writer: MessageWriter,
  correlation: number,
  partition: number,
  mapName: Buffer,
  request: { pointers: IterationPointers; batch: number },
): void {
  const fields = writer.begin(TYPE, correlation, partition, 4);
  writer.bytes.writeInt32LE(request.batch, fields);
  writer.content(mapName);
  const pointers = Buffer.allocUnsafe(request.pointers.length * 8);
  request.pointers.forEach(([index, size], i) => {
    pointers.writeInt32LE(index, i * 8);
    pointers.writeInt32LE(size, i * 8 + 4);
  });
  writer.content(pointers);
  writer.end();
}

export function decodeMapFetchEntries(reader: MessageReader): EntriesPage {
  const pointers = readPointers(reader);
  return { pointers, offsets: readEntryList(reader) };
}

function readPointers(reader: MessageReader): IterationPointers {
  reader.next();
  if ((reader.end - reader.start) % 8 !== 0) throw new MalformedMessageError('iteration pointers are not pairs');
  const pointers: (readonly [number, number])[] = [];
  for (let offset = 0; offset < reader.end - reader.start; offset += 8) {
    pointers.push([reader.int(offset), reader.int(offset + 4)]);
  }
  return pointers;
}
