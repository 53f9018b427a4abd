import { type MessageReader } from '../message-reader';

/**
 * Reads `BEGIN, key Data, value Data, key Data, value Data …, END`.
 *
 * @returns per entry keyStart, keyEnd, valueStart, valueEnd in the reader's bytes
 */
export function readEntryList(reader: MessageReader): number[] {
  const offsets: number[] = [];
  reader.list(() => {
    reader.next();
    offsets.push(reader.start, reader.end);
    reader.next();
    offsets.push(reader.start, reader.end);
  });
  return offsets;
}
