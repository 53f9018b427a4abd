import { type GridMap } from '@nearscore/grid';
import { EntryReader, type UnreadableListener } from './entry-reader';
import { type NodeEntry, nodeEntrySchema } from './node-entry';
import { RepeatedListing } from './repeated-listing';

const MAX_NODES = 1_000;
const MIN_TTL_MS = 5_000;

/** Who is there: an entry lives as long as its node renews it. */
export class NodeRegistry {
  private readonly listing: RepeatedListing;
  private readonly reader: EntryReader<NodeEntry>;

  constructor(
    private readonly map: GridMap<unknown>,
    onUnreadable?: UnreadableListener,
  ) {
    this.listing = new RepeatedListing(map, MAX_NODES);
    this.reader = new EntryReader<NodeEntry>(map.name, nodeEntrySchema, onUnreadable);
  }

  /**
   * @param ttlMs the entry of a node that died vanishes after it. It tells nobody that a node is dead, its beats do; so it may be
   *   long, and it is never less than 5 s: the grid expires by whole seconds, and a living node's entry must not blink
   */
  announce(entry: NodeEntry, ttlMs: number): Promise<void> {
    return this.map.set(entry.id, entry, Math.max(MIN_TTL_MS, ttlMs));
  }

  /** By id, at most 1,000. Entries that cannot be read are left out and told. */
  async list(): Promise<NodeEntry[]> {
    return this.reader.readAll(await this.map.page({ limit: MAX_NODES }));
  }

  /**
   * The same, for one who looks often.
   * @param maxAgeMs entries that were added since, and that no listener heard of, may be missing
   * @param except a node whose entry need not be among them
   */
  async look(maxAgeMs: number, except?: string): Promise<NodeEntry[]> {
    return this.reader.readAll(await this.listing.look(maxAgeMs, except));
  }

  withdraw(id: string): Promise<void> {
    return this.map.delete(id);
  }

  /** Calls with every heartbeat, join and leave; best effort. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    return this.listing.onChanged(listener);
  }
}
