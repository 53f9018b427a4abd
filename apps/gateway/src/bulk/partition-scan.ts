import { type EntryPage, type MapEntry, type MapReader, type ScanPosition } from '@nearscore/grid';
import { NearscoreError } from '@nearscore/errors';
import { patiently } from './patience';

const FIRST_PAGE_ENTRIES = 512;

export interface ScanOptions {
  readonly map: string;
  readonly partition: number;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/**
 * The entries of one partition, page by page, each key once: pages repeat keys while the map grows, and a partition
 * that moves to another member, or whose connection breaks, is read again from its beginning. What is not changed
 * meanwhile is there. Holds the keys of the partition, and one page.
 */
export async function* scanPartition(reader: MapReader, options: ScanOptions): AsyncGenerator<readonly MapEntry[]> {
  const { map, partition, signal } = options;
  const told = new Set<string>();
  let pageEntries = FIRST_PAGE_ENTRIES;
  let from: ScanPosition;
  const read = async (): Promise<EntryPage> => {
    for (;;) {
      try {
        return await reader.readEntries(map, partition, from, pageEntries);
      } catch (error) {
        from = undefined;
        if (!isTooLarge(error) || pageEntries === 1) throw error;
        pageEntries /= 2;
      }
    }
  };
  do {
    const page = await patiently(read, { ...options, passes: ({ retriable }) => retriable });
    signal.throwIfAborted();
    yield page.entries.filter(({ key }) => isNew(told, key.toString('latin1')));
    from = page.next;
  } while (from !== undefined);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof NearscoreError && error.code === 'WIRE_MESSAGE_TOO_LARGE';
}

function isNew(told: Set<string>, key: string): boolean {
  const { size } = told;
  return told.add(key).size > size;
}
