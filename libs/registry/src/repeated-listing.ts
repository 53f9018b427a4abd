import { type GridMap } from '@nearscore/grid';

/** Of more keys, one question to all members costs them less than one for each key. */
const MOST_KEYS = 64;

type Entry = [key: string, value: unknown];

/**
 * Lists a small map for one who looks at it again and again. A listing is a query that all members run over all of their partitions,
 * and may miss an entry while its partition moves; keys that are known are read from their owners alone.
 */
export class RepeatedListing {
  private keys: ReadonlySet<string> = new Set();
  /** Monotonic ms; when all keys were known. */
  private listedAt = -Infinity;
  /** Keys that were heard of and not known, ever. */
  private news = 0;

  constructor(
    private readonly map: Pick<GridMap<unknown>, 'page' | 'getAll' | 'listen'>,
    private readonly limit: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Calls after any change; best effort like every entry listener, so whoever reconciles polls as well. */
  onChanged(listener: () => void): Promise<() => Promise<void>> {
    const changed = (key: string): void => {
      this.heard(key);
      listener();
    };
    return this.map.listen({ changed });
  }

  /**
   * All entries by key, as they are now.
   * @param maxAgeMs those that were added since, and that no listener heard of, may be missing
   * @param except a key that need not be among them
   */
  async look(maxAgeMs: number, except?: string): Promise<Entry[]> {
    const isFresh = this.now() - this.listedAt < maxAgeMs;
    const isListed = !isFresh || this.keys.size > MOST_KEYS;
    return isListed ? this.list() : this.read([...this.keys].filter((key) => key !== except));
  }

  private heard(key: string): void {
    if (this.keys.has(key)) return;
    this.news++;
    this.listedAt = -Infinity;
  }

  private async list(): Promise<Entry[]> {
    const { news } = this;
    const startedAt = this.now();
    const listed = new Map<string, unknown>(await this.map.page({ limit: this.limit }));
    const missed = await this.read([...this.keys].filter((key) => !listed.has(key)));
    const entries = [...listed, ...missed].sort(byKey);
    this.keys = new Set(entries.map(([key]) => key));
    // What was heard of meanwhile may have been added behind the listing's back.
    if (news === this.news) this.listedAt = startedAt;
    return entries;
  }

  private async read(keys: readonly string[]): Promise<Entry[]> {
    return keys.length === 0 ? [] : [...(await this.map.getAll(keys))].sort(byKey);
  }
}

function byKey([a]: Entry, [b]: Entry): number {
  return a < b ? -1 : 1;
}
