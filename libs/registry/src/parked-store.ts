import { type EntryFilter, type GridMap } from '@nearscore/grid';
import { ComparedEntries } from './compared-entries';
import { type UnreadableListener } from './entry-reader';
import { parseName } from './names';
import { parkedAnew, type ParkedRecord, parkedRecordSchema, type ParkedState } from './parked-record';

const MAX_LISTED = 10_000;

/** `<stream>/<base64url of the key's Data>`: one entry per record, whatever the type of its key. */
export function parkedKey(stream: string, keyData: string): string {
  return `${parseName(stream, 'stream')}/${Buffer.from(keyData, 'base64').toString('base64url')}`;
}

export interface ParkedFilter {
  /** Absent: all streams. */
  readonly stream?: string | undefined;
  readonly state?: ParkedState | undefined;
  /** A code, as in `reason.code`. */
  readonly reason?: string | undefined;
  /** Only records of these partitions. Absent: all. */
  readonly partitions?: readonly number[] | undefined;
  /** Entries behind this key, as a page gave it. */
  readonly after?: string | undefined;
}

export interface ParkedQuery extends ParkedFilter {
  /** At most 10,000. */
  readonly limit: number;
}

export interface ParkedPage {
  readonly records: readonly ParkedRecord[];
  /** `after` of the next page; undefined: this was the last. */
  readonly next: string | undefined;
}

/**
 * Records that could not be scored: the only truth about what is owed to them. Whatever changes an entry compares it with
 * what was read, so that a duty that is told twice, or late, changes nothing.
 */
export class ParkedStore {
  private readonly entries: ComparedEntries<ParkedRecord>;

  constructor(
    private readonly map: GridMap<unknown>,
    onUnreadable?: UnreadableListener,
  ) {
    this.entries = new ComparedEntries<ParkedRecord>(map, parkedRecordSchema, onUnreadable);
  }

  /**
   * Stores failures, one for each key. Of one that is stored already only the sequence changes; every other entry of its key is
   * replaced. Returns those that were written.
   */
  async park(records: readonly ParkedRecord[]): Promise<readonly ParkedRecord[]> {
    const keyed = new Map(records.map((record) => [parkedKey(record.stream, record.keyData), record] as const));
    const known = await this.map.getAll([...keyed.keys()]);
    const changed = [...keyed].flatMap(([key, record]) => {
      const next = parkedAnew(this.read(key, known.get(key)), record);
      return next ? [[key, next] as const] : [];
    });
    if (changed.length > 0) await this.map.setAll(changed);
    return changed.map(([, record]) => record);
  }

  /** In the order of their keys. */
  async page({ limit, ...filter }: ParkedQuery): Promise<ParkedPage> {
    if (filter.partitions?.length === 0) return { records: [], next: undefined };
    const bound = Math.min(limit, MAX_LISTED);
    const entries = await this.map.page({ ...filterOf(filter), limit: bound });
    const last = entries.at(-1)?.[0];
    return { records: this.entries.readAll(entries), next: entries.length < bound ? undefined : last };
  }

  /** All that fit, page by page, so that memory stays small. */
  async *pages(query: ParkedQuery): AsyncGenerator<readonly ParkedRecord[]> {
    let after = query.after;
    do {
      const page = await this.page({ ...query, after });
      yield page.records;
      after = page.next;
    } while (after !== undefined);
  }

  /** @param keyData the key's Data in base64 */
  async get(stream: string, keyData: string): Promise<ParkedRecord | undefined> {
    return this.find(parkedKey(stream, keyData));
  }

  /** @param key as `parkedKey` makes it */
  async find(key: string): Promise<ParkedRecord | undefined> {
    return this.read(key, await this.map.get(key));
  }

  /** Changes the entry if it is as it was read. Returns it as it is now, or undefined. */
  async change(record: ParkedRecord, change: Partial<ParkedRecord>): Promise<ParkedRecord | undefined> {
    const next = parkedRecordSchema.parse({ ...record, ...change });
    return this.entries.replace(parkedKey(record.stream, record.keyData), record, next);
  }

  /** Removes the entry if it is as it was read. Returns whether it was. */
  resolve(record: ParkedRecord): Promise<boolean> {
    return this.entries.remove(parkedKey(record.stream, record.keyData), record);
  }

  /** Best effort like every entry listener, so whoever waits for changes polls as well. */
  onWritten(listener: (record: ParkedRecord) => void): Promise<() => Promise<void>> {
    const told = (key: string, value: unknown): void => {
      const record = this.read(key, value);
      if (record) listener(record);
    };
    return this.map.listen({ added: told, updated: told });
  }

  count(filter: ParkedFilter = {}): Promise<number> {
    return this.map.count(filterOf(filter));
  }

  private read(key: string, value: unknown): ParkedRecord | undefined {
    return value === undefined ? undefined : this.entries.readOrTell(key, value);
  }
}

function filterOf({ stream, state, reason, partitions, after }: ParkedFilter): EntryFilter {
  const where = {
    ...(state && { state }),
    ...(reason !== undefined && { 'reason.code': reason }),
    ...(partitions && { partition: partitions }),
  };
  return {
    ...(stream !== undefined && { prefix: `${parseName(stream, 'stream')}/` }),
    ...(after !== undefined && { after }),
    where,
  };
}
