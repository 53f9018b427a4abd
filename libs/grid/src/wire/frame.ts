/**
 * Frames of Hazelcast's open client protocol. A message is a run of frames; its last one carries FINAL.
 *
 * ```
 * frame          | length i32 LE (these 6 bytes included) | flags u16 LE | content … |
 * first content  | message type i32 | correlation id i64 | request: partition id i32 · response: backup acks u8 | fixed fields … |
 * structure      BEGIN frame, frames of the members, END frame;   absent = NULL frame
 * fragment       BEGIN_FRAGMENT · none · END_FRAGMENT on the first frame, whose content is the fragment id i64
 * ```
 * All numbers of frames are little-endian; serialized values inside of them (Data) are big-endian.
 * Source: the Hazelcast Open Binary Client Protocol, version 2.
 */
export const FRAME_HEAD_BYTES = 6;

export const FLAG = {
  beginFragment: 0x8000,
  endFragment: 0x4000,
  final: 0x2000,
  beginStructure: 0x1000,
  endStructure: 0x0800,
  null: 0x0400,
  event: 0x0200,
} as const;

/** Both fragment flags on a first frame: the message is not fragmented. */
export const UNFRAGMENTED = FLAG.beginFragment | FLAG.endFragment;

/** Offsets inside the first frame's content. */
export const OFFSET = { type: 0, correlation: 4, partition: 12, requestFields: 16, responseFields: 13 } as const;

export const EXCEPTION_MESSAGE_TYPE = 0;

const TWO_POW_32 = 0x1_0000_0000;

/** A 64-bit little-endian integer as a number: exact up to 2^53, which no sequence or correlation id reaches. */
export function readLong(bytes: Buffer, at: number): number {
  return bytes.readInt32LE(at + 4) * TWO_POW_32 + bytes.readUInt32LE(at);
}

export function writeLong(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  bytes.writeInt32LE((value - high * TWO_POW_32) | 0, at);
  bytes.writeInt32LE(high, at + 4);
}
