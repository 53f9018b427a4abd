import { type GridMap } from '@nearscore/grid';
import { type z } from 'zod';
import { EntryReader, type UnreadableListener } from './entry-reader';

/**
 * Entries of one map that are changed by compare-and-set. Each remembers the value that it was read from, with all that another
 * version of the software wrote into it: that one is compared.
 */
export class ComparedEntries<T extends object> extends EntryReader<T> {
  private readonly stored = new WeakMap<T, unknown>();

  constructor(
    private readonly map: GridMap<unknown>,
    schema: z.ZodType<T>,
    onUnreadable?: UnreadableListener,
  ) {
    super(map.name, schema, onUnreadable);
  }

  override read(key: string, value: unknown): T {
    return this.remember(super.read(key, value), value);
  }

  /** RegistryEntryError when the entry cannot be read. */
  async get(key: string): Promise<T | undefined> {
    const value = await this.map.get(key);
    return value === undefined ? undefined : this.read(key, value);
  }

  /** The first in the order of their keys. Entries that cannot be read are left out and told. */
  async list(limit: number): Promise<T[]> {
    return this.readAll(await this.map.page({ limit }));
  }

  /** In no order. RegistryEntryError when one cannot be read. */
  async all(): Promise<T[]> {
    return (await this.map.entries()).map(([key, value]) => this.read(key, value));
  }

  /**
   * Writes `next` if the entry is as `before` was read, undefined: absent. Returns it as it is now, or undefined: somebody else
   * changed it.
   */
  async replace(key: string, before: T | undefined, next: T): Promise<T | undefined> {
    const isWritten = await (before === undefined
      ? this.map.setIfAbsent(key, next)
      : this.map.replaceIfSame(key, this.storedOf(before), next));
    return isWritten ? this.remember(next, next) : undefined;
  }

  /** Removes the entry if it is as it was read. Returns whether it was. */
  remove(key: string, entry: T): Promise<boolean> {
    return this.map.deleteIfSame(key, this.storedOf(entry));
  }

  private storedOf(entry: T): unknown {
    return this.stored.get(entry) ?? entry;
  }

  private remember(entry: T, value: unknown): T {
    this.stored.set(entry, value);
    return entry;
  }
}
