import { HazelcastJsonValue, type IMap } from 'hazelcast-client';
import { CompactRecordType } from './compact-record';
import { GridValueError } from '../grid.errors';
import { type GridCalls } from './grid-calls';
import { toRecordContent } from './record-content';
import {
  type DecodedRecord,
  type RecordContent,
  type RecordField,
  type RecordFieldValues,
  type RecordMap,
} from './record-map';
import { type StoredValues, UnknownSchema } from './stored-values';

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
    private readonly values: StoredValues,
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

  async decode(values: readonly Buffer[]): Promise<DecodedRecord[]> {
    const decoded: DecodedRecord[] = [];
    for (const value of values) {
      const known = this.tryToDecode(value);
      decoded.push(known instanceof UnknownSchema ? await this.decodeWithSchema(value, known) : known);
    }
    return decoded;
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

  private tryToDecode(value: Buffer): DecodedRecord | UnknownSchema {
    try {
      const stored = this.values.read(value);
      return stored instanceof UnknownSchema ? stored : { content: toRecordContent(this.name, stored) };
    } catch (error) {
      if (error instanceof GridValueError) return { error };
      return { error: new GridValueError(this.name, 'its bytes are not of a known format', error) };
    }
  }

  /** A nested record has a schema of its own. */
  private async decodeWithSchema(value: Buffer, unknown: UnknownSchema): Promise<DecodedRecord> {
    try {
      await this.calls.read(this.name, 'fetchSchema', () => this.values.fetchSchema(unknown));
    } catch (error) {
      if (error instanceof GridValueError) return { error };
      throw error;
    }
    const decoded = this.tryToDecode(value);
    return decoded instanceof UnknownSchema ? this.decodeWithSchema(value, decoded) : decoded;
  }

  private type(typeName: string, fields: readonly RecordField[]): CompactRecordType {
    const named = this.types.get(fields) ?? new Map<string, CompactRecordType>();
    this.types.set(fields, named);
    const type = named.get(typeName) ?? new CompactRecordType(typeName, fields);
    named.set(typeName, type);
    return type;
  }
}
