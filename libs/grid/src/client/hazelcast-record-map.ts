import { HazelcastJsonValue, type IMap } from 'hazelcast-client';
import { CompactRecordType } from './compact-record';
import { type GridCalls } from './grid-calls';
import { toRecordContent } from './record-content';
import { type RecordContent, type RecordField, type RecordFieldValues, type RecordMap } from './record-map';

/** The client's own, left out of its public types. */
interface Serializing {
  toData(value: unknown): { toBuffer(): Buffer };
}

type Entries = Iterable<readonly [string, RecordFieldValues]>;

export class HazelcastRecordMap implements RecordMap {
  readonly name: string;
  /** By the field list that callers keep with their deployment, so that it is prepared once. */
  private readonly types = new WeakMap<readonly RecordField[], Map<string, CompactRecordType>>();

  constructor(
    private readonly map: IMap<string, unknown>,
    private readonly calls: GridCalls,
  ) {
    this.name = map.getName();
  }

  async get(key: string): Promise<RecordContent | undefined> {
    const stored = await this.calls.read(this.name, 'get', () => this.map.get(key));
    return stored == null ? undefined : toRecordContent(this.name, stored);
  }

  async getAll(keys: readonly string[]): Promise<Map<string, RecordContent>> {
    const entries = await this.calls.read(this.name, 'getAll', () => this.map.getAll([...keys]));
    return new Map(entries.map(([key, stored]) => [key, toRecordContent(this.name, stored)]));
  }

  setCompact(key: string, typeName: string, fields: readonly RecordField[], values: RecordFieldValues): Promise<void> {
    return this.calls.write(this.name, 'set', async () =>
      this.map.set(key, this.type(typeName, fields).record(values)),
    );
  }

  compactData(typeName: string, fields: readonly RecordField[], values: RecordFieldValues): Buffer {
    const serializing = this.map as unknown as Serializing;
    return serializing.toData(this.type(typeName, fields).record(values)).toBuffer();
  }

  setAllCompact(typeName: string, fields: readonly RecordField[], entries: Entries): Promise<void> {
    return this.calls.writeMany(this.name, 'setAll', async () => {
      const type = this.type(typeName, fields);
      await this.map.setAll(Array.from(entries, ([key, values]) => [key, type.record(values)]));
    });
  }

  setJson(key: string, content: Readonly<Record<string, unknown>>): Promise<void> {
    return this.calls.write(this.name, 'set', async () =>
      this.map.set(key, new HazelcastJsonValue(JSON.stringify(content))),
    );
  }

  delete(key: string): Promise<void> {
    return this.calls.write(this.name, 'delete', () => this.map.delete(key));
  }

  size(): Promise<number> {
    return this.calls.read(this.name, 'size', () => this.map.size());
  }

  private type(typeName: string, fields: readonly RecordField[]): CompactRecordType {
    const named = this.types.get(fields) ?? new Map<string, CompactRecordType>();
    this.types.set(fields, named);
    const type = named.get(typeName) ?? new CompactRecordType(typeName, fields);
    named.set(typeName, type);
    return type;
  }
}
