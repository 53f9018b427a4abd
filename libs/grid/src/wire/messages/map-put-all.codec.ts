import { type MessageWriter } from '../message-writer';

const TYPE = 0x012c00;

/**
 * All entries must lie in the request's partition.
 *
 * ```
 * request   | trigger map loader u8 |, map name, BEGIN, key Data, value Data, key Data, value Data …, END
 * response  | – |    when the backups have answered, since the request has no backup-aware flag
 * ```
 * Write each key and value with `writer.copy`, then call `endMapPutAll`.
 */
export function beginMapPutAll(writer: MessageWriter, correlation: number, partition: number, mapName: Buffer): void {
  const fields = writer.begin(TYPE, correlation, partition, 1);
  writer.bytes.writeUInt8(1, fields);
  writer.content(mapName);
  writer.beginStructure();
}

export function endMapPutAll(writer: MessageWriter): void {
  writer.endStructure();
  writer.end();
}
