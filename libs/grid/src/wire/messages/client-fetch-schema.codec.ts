import { FLAG } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x001400;

/** A Compact schema as the grid knows it. `kind`: ordinal of Hazelcast's FieldKind. */
export interface SchemaReply {
  typeName: string;
  fields: { name: string; kind: number }[];
}

/**
 * ```
 * request   | schema id i64 |
 * response  | – |, schema?: BEGIN, type name, [BEGIN, | kind i32 |, name, END …], END
 * ```
 */
export function encodeClientFetchSchema(writer: MessageWriter, correlation: number, schemaId: bigint): void {
  const fields = writer.begin(TYPE, correlation, -1, 8);
  writer.bytes.writeBigInt64LE(schemaId, fields);
  writer.end();
}

export function decodeClientFetchSchema(reader: MessageReader): SchemaReply | null {
  const absent = reader.nextHas(FLAG.null);
  reader.next();
  if (absent) return null;
  const typeName = reader.string();
  const fields: SchemaReply['fields'] = [];
  reader.list(() => {
    reader.next();
    reader.next();
    const kind = reader.int(0);
    fields.push({ kind, name: reader.string() });
    reader.skipToEnd();
  });
  return { typeName, fields };
}
