import { type MapEntry, type MapReader, type ScanPosition } from '@nearscore/grid';
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
 * The entries of one partition, page by page, each key once: pages repeat keys while the map grows, and a partition that moves to
 * another member, or whose connection breaks, is read again from its beginning. What is not changed meanwhile is there.
 * Holds the keys of the partition, and one page.
 */
export async function* scanPartition(reader: MapReader, options: ScanOptions): AsyncGenerator<readonly MapEntry[]> {
  const { map, partition } = options;
  const told = new Set<string>();
  let pageEntries = FIRST_PAGE_ENTRIES;
  let from: ScanPosition;
  const passes = (error: NearscoreError): boolean => {
    from = undefined;
    if (error.code !== 'WIRE_MESSAGE_TOO_LARGE') return error.retriable;
    if (pageEntries === 1) return false;
    pageEntries /= 2;
    return true;
  };
  do {
    const page = await patiently(() => reader.readEntries(map, partition, from, pageEntries), { ...options, passes });
    options.signal.throwIfAborted();
    yield page.entries.filter(({ key }) => isNew(told, key.toString('latin1')));
    from = page.next;
  } while (from !== undefined);
}

function isNew(told: Set<string>, key: string): boolean {
  const { size } = told;
  return told.add(key).size > size;
}
