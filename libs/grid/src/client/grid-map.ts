export interface EntryFilter {
  /** Only keys that begin with this. Default: all. */
  readonly prefix?: string;
  /** Only keys behind this one, in their order. Default: from the first. */
  readonly after?: string;
  /** Only values whose fields, named by their paths (`reason.code`), are this text, or one of these numbers; of JSON maps. */
  readonly where?: Readonly<Record<string, string | readonly number[]>>;
}

export interface PageOptions extends EntryFilter {
  /** How many entries at most. */
  readonly limit: number;
}

export interface EntryListeners<T> {
  added?(key: string, value: T): void;
  updated?(key: string, value: T): void;
  /** Removed, expired or evicted. */
  removed?(key: string): void;
  /** Any of these. With none of the others, no values come over the network. */
  changed?(key: string): void;
}

/**
 * A map with string keys. Every write resolves only when the owner and its backups have it, and rejects with
 * UnknownOutcomeError when that cannot be told; GridUnavailableError and GridOperationError mean that nothing was written.
 */
export interface GridMap<T> {
  readonly name: string;
  get(key: string): Promise<T | undefined>;
  /** Only keys that exist are in the answer. */
  getAll(keys: readonly string[]): Promise<Map<string, T>>;
  /** @param ttlMs the entry expires by itself after this time; absent: never */
  set(key: string, value: T, ttlMs?: number): Promise<void>;
  /** Not atomic: after an UnknownOutcomeError some of the entries may be written. */
  setAll(entries: Iterable<readonly [string, T]>): Promise<void>;
  /** True if the entry was absent and is now written. */
  setIfAbsent(key: string, value: T, ttlMs?: number): Promise<boolean>;
  /**
   * True if the stored value equalled `expected` and is now `next`. An `expected` that came from a read of this map is
   * compared as it was stored, whoever wrote it.
   */
  replaceIfSame(key: string, expected: T, next: T): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** True if the stored value equalled `expected`, as `replaceIfSame` compares, and is now gone. */
  deleteIfSame(key: string, expected: T): Promise<boolean>;
  keys(): Promise<string[]>;
  /** The whole map in memory: for small maps only. */
  entries(): Promise<[string, T][]>;
  /** The first entries in the order of their keys; members and client hold no more than `limit` of them. */
  page(options: PageOptions): Promise<[string, T][]>;
  size(): Promise<number>;
  count(filter: EntryFilter): Promise<number>;
  clear(): Promise<void>;
  /** Best effort: events are lost on reconnect and overload, so poll as well. Resolves to the function that ends it. */
  listen(listeners: EntryListeners<T>): Promise<() => Promise<void>>;
}
