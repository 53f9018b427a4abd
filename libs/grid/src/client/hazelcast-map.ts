import { Aggregators, type IMap, type MapListener, type Predicate, Predicates } from 'hazelcast-client';
import { type GridLogger } from '../grid.options';
import { type GridCalls } from './grid-calls';
import { type EntryFilter, type EntryListeners, type GridMap, type PageOptions } from './grid-map';
import { type ValueCodec } from './value-codec';

export interface HazelcastMapParts<T> {
  readonly map: IMap<string, unknown>;
  readonly calls: GridCalls;
  readonly codec: ValueCodec<T>;
  readonly logger: GridLogger | undefined;
}

interface StoredEvent {
  readonly key: string;
  readonly value: unknown;
}

export class HazelcastMap<T> implements GridMap<T> {
  readonly name: string;
  private readonly map: IMap<string, unknown>;
  private readonly calls: GridCalls;
  private readonly codec: ValueCodec<T>;

  constructor(private readonly parts: HazelcastMapParts<T>) {
    this.map = parts.map;
    this.calls = parts.calls;
    this.codec = parts.codec;
    this.name = parts.map.getName();
  }

  async get(key: string): Promise<T | undefined> {
    const stored = await this.calls.read(this.name, 'get', () => this.map.get(key));
    return stored == null ? undefined : this.codec.fromStored(stored);
  }

  async getAll(keys: readonly string[]): Promise<Map<string, T>> {
    const entries = await this.calls.read(this.name, 'getAll', () => this.map.getAll([...keys]));
    return new Map(this.decoded(entries));
  }

  set(key: string, value: T, ttlMs?: number): Promise<void> {
    return this.calls.write(this.name, 'set', async () => this.map.set(key, this.codec.toStored(value), ttlMs));
  }

  setAll(entries: Iterable<readonly [string, T]>): Promise<void> {
    return this.calls.writeMany(this.name, 'setAll', async () => {
      const pairs = Array.from(entries, ([key, value]): [string, unknown] => [key, this.codec.toStored(value)]);
      await this.map.setAll(pairs);
    });
  }

  setIfAbsent(key: string, value: T, ttlMs?: number): Promise<boolean> {
    return this.calls.write(this.name, 'setIfAbsent', async () => {
      const present: unknown = await this.map.putIfAbsent(key, this.codec.toStored(value), ttlMs);
      return present == null;
    });
  }

  replaceIfSame(key: string, expected: T, next: T): Promise<boolean> {
    return this.calls.write(this.name, 'replaceIfSame', async () =>
      this.map.replaceIfSame(key, this.codec.toStored(expected), this.codec.toStored(next)),
    );
  }

  delete(key: string): Promise<void> {
    return this.calls.write(this.name, 'delete', () => this.map.delete(key));
  }

  deleteIfSame(key: string, expected: T): Promise<boolean> {
    return this.calls.write(this.name, 'deleteIfSame', async () => {
      const removed: unknown = await this.map.remove(key, this.codec.toStored(expected));
      return removed === true;
    });
  }

  keys(): Promise<string[]> {
    return this.calls.read(this.name, 'keys', () => this.map.keySet());
  }

  async entries(): Promise<[string, T][]> {
    return this.decoded(await this.calls.read(this.name, 'entries', () => this.map.entrySet()));
  }

  async page({ limit, ...filter }: PageOptions): Promise<[string, T][]> {
    const predicate = Predicates.paging(Predicates.and(...predicatesOf(filter)), limit);
    return this.decoded(await this.calls.read(this.name, 'page', () => this.map.entrySetWithPredicate(predicate)));
  }

  size(): Promise<number> {
    return this.calls.read(this.name, 'size', () => this.map.size());
  }

  async count(filter: EntryFilter): Promise<number> {
    const predicate = Predicates.and(...predicatesOf(filter));
    const run = () => this.map.aggregateWithPredicate(Aggregators.count(), predicate);
    return Number((await this.calls.read(this.name, 'count', run)).toString());
  }

  clear(): Promise<void> {
    return this.calls.writeMany(this.name, 'clear', () => this.map.clear());
  }

  async listen(listeners: EntryListeners<T>): Promise<() => Promise<void>> {
    const needsValues = listeners.added !== undefined || listeners.updated !== undefined;
    const listener = this.toMapListener(listeners);
    const add = () => this.map.addEntryListener(listener, undefined, needsValues);
    const id = await this.calls.read(this.name, 'listen', add);
    return async () => {
      await this.map.removeEntryListener(id);
    };
  }

  private toMapListener(listeners: EntryListeners<T>): MapListener<string, unknown> {
    const removed = ({ key }: { key: string }) => {
      listeners.removed?.(key);
      listeners.changed?.(key);
    };
    const written = (event: StoredEvent, listener: EntryListeners<T>['added']) => {
      if (listener) this.tell(event, listener);
      listeners.changed?.(event.key);
    };
    return {
      added: (event) => written(event, listeners.added?.bind(listeners)),
      updated: (event) => written(event, listeners.updated?.bind(listeners)),
      removed,
      evicted: removed,
      expired: removed,
    };
  }

  /** A value that cannot be read must not throw into the client's event dispatch. */
  private tell(event: StoredEvent, listener: (key: string, value: T) => void): void {
    try {
      listener(event.key, this.codec.fromStored(event.value));
    } catch (error) {
      this.parts.logger?.warn({ map: this.name, err: error }, 'an entry event could not be handled');
    }
  }

  private decoded(entries: readonly [string, unknown][]): [string, T][] {
    return entries.map(([key, stored]) => [key, this.codec.fromStored(stored)]);
  }
}

function predicatesOf({ prefix = '', after, where = {} }: EntryFilter): Predicate[] {
  const keys = prefix === '' ? Predicates.alwaysTrue() : Predicates.between('__key', prefix, `${prefix}\uffff`);
  const fields = Object.entries(where).map(([path, value]) =>
    typeof value === 'string' ? Predicates.equal(path, value) : Predicates.inPredicate(path, ...value),
  );
  return [keys, ...(after === undefined ? [] : [Predicates.greaterThan('__key', after)]), ...fields];
}
