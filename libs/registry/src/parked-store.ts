import { type GridMap } from '@nearscore/grid';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { parseName } from './names';
import { type ParkedRecord, parkedRecordSchema } from './parked-record';

const MAX_LISTED = 10_000;

/** `<stream>/<base64url of the key's Data>`: one entry per record, whatever the type of its key. */
export function parkedKey(stream: string, keyData: string): string {
  return `${parseName(stream, 'stream')}/${Buffer.from(keyData, 'base64').toString('base64url')}`;
}

/** Records that could not be scored. Parking the same key again replaces its entry. */
export class ParkedStore {
  private readonly reader: EntryReader<ParkedRecord>;

  constructor(
    private readonly map: GridMap<unknown>,
    onUnreadable?: UnreadableListener,
  ) {
    this.reader = new EntryReader<ParkedRecord>(map.name, parkedRecordSchema, onUnreadable);
  }

  park(records: readonly ParkedRecord[]): Promise<void> {
    return this.map.setAll(records.map((record) => [parkedKey(record.stream, record.keyData), record] as const));
  }

  /** @param limit at most 10,000 */
  async list(stream: string | undefined, limit: number): Promise<ParkedRecord[]> {
    const entries = await this.map.page({ prefix: prefixOf(stream), limit: Math.min(limit, MAX_LISTED) });
    return this.reader.readAll(entries);
  }

  count(stream?: string): Promise<number> {
    return stream === undefined ? this.map.size() : this.map.count(prefixOf(stream));
  }

  /** The record was scored or removed meanwhile. */
  remove(stream: string, keyData: string): Promise<void> {
    return this.map.delete(parkedKey(stream, keyData));
  }
}

function prefixOf(stream: string | undefined): string {
  return stream === undefined ? '' : `${parseName(stream, 'stream')}/`;
}
