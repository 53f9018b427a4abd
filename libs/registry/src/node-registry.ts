import { type GridMap } from '@nearscore/grid';
import { onMapChanged } from './change-listener';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { type NodeEntry, nodeEntrySchema } from './node-entry';

const MAX_NODES = 1_000;

/** Who is there: an entry lives as long as its node renews it. */
export class NodeRegistry {
  private readonly reader: EntryReader<NodeEntry>;

  constructor(
    private readonly map: GridMap<unknown>,
    onUnreadable?: UnreadableListener,
  ) {
    this.reader = new EntryReader<NodeEntry>(map.name, nodeEntrySchema, onUnreadable);
  }

  /** @param ttlMs the entry vanishes when it is not announced again within this time; several heartbeats long */
  announce(entry: NodeEntry, ttlMs: number): Promise<void> {
    return this.map.set(entry.id, entry, ttlMs);
  }

  /** By id, at most 1,000. Entries that cannot be read are left out and told. */
  async list(): Promise<NodeEntry[]> {
    return this.reader.readAll(await this.map.page({ limit: MAX_NODES }));
  }

  withdraw(id: string): Promise<void> {
    return this.map.delete(id);
  }

  /** Calls with every heartbeat, join and leave; best effort. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return onMapChanged(this.map, listener);
  }
}
