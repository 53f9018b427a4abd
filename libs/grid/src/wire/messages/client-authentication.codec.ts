import { FLAG, OFFSET } from '../frame';
import { type MessageReader } from '../message-reader';
import { type MessageWriter } from '../message-writer';

const TYPE = 0x000100;
const SERIALIZATION_VERSION = 1;
const UUID_BYTES = 17;

export interface AuthenticationReply {
  status: number;
  memberUuid: string;
  partitionCount: number;
  clusterId: string;
  memberVersion: string;
}

/**
 * ```
 * request   | client uuid 17 | serialization version u8 |, cluster name, username?, password?, client type, client version,
 *             client name, labels []
 * response  | status u8 | member uuid 17 | serialization version u8 | partition count i32 | cluster id 17 | … |,
 *             address?, member version, newer frames …
 * ```
 * A UUID is a u8, 1 for null, and 16 bytes. The member refuses a client without one.
 * status: 0 authenticated, 1 credentials failed (also: another cluster name), 2 serialization version, 3 not allowed.
 */
export function encodeClientAuthentication(
  writer: MessageWriter,
  correlation: number,
  options: { clusterName: string; clientName: string; clientId: Buffer },
): void {
  const fields = writer.begin(TYPE, correlation, -1, UUID_BYTES + 1);
  options.clientId.copy(writer.bytes, fields + 1, 0, 16);
  writer.bytes.writeUInt8(SERIALIZATION_VERSION, fields + UUID_BYTES);
  writer.string(options.clusterName);
  writer.null();
  writer.null();
  writer.string('NJS');
  writer.string('5.6.0');
  writer.string(options.clientName);
  writer.beginStructure();
  writer.endStructure();
  writer.end();
}

export function decodeClientAuthentication(reader: MessageReader): AuthenticationReply {
  const fields = OFFSET.responseFields;
  const reply = {
    status: reader.bytes.readUInt8(reader.field(fields, 1)),
    memberUuid: readUuid(reader, fields + 1),
    partitionCount: reader.int(fields + 19),
    clusterId: readUuid(reader, fields + 23),
  };
  skipNullableStructure(reader);
  return { ...reply, memberVersion: reader.nullableString() ?? '' };
}

function skipNullableStructure(reader: MessageReader): void {
  const absent = reader.nextHas(FLAG.null);
  reader.next();
  if (!absent) reader.skipToEnd();
}

/** Both halves of a UUID are i64 LE. */
function readUuid(reader: MessageReader, offset: number): string {
  const at = reader.field(offset, 17);
  if (reader.bytes.readUInt8(at) === 1) return '';
  const half = (from: number) => reader.bytes.readBigUInt64LE(from).toString(16).padStart(16, '0');
  const hex = half(at + 1) + half(at + 9);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
