/** Just enough of the open client protocol to speak it from the member's side, independent of the product's own code. */

const FRAME_HEAD_BYTES = 6;
const RESPONSE_HEAD_BYTES = 13;
const FLAG = { unfragmented: 0xc000, final: 0x2000 };

/** A frame of an answer: content and the protocol's flags. */
export interface WireFrame {
  readonly content?: Buffer;
  readonly flags?: number;
}

/** Where the first message of the bytes ends, or -1 while it is not complete. */
export function wireMessageEnd(bytes: Buffer): number {
  for (let at = 0; at + FRAME_HEAD_BYTES <= bytes.length;) {
    const next = at + bytes.readInt32LE(at);
    if (next > bytes.length) return -1;
    if (bytes.readUInt16LE(at + 4) & FLAG.final) return next;
    at = next;
  }
  return -1;
}

/** An answer: its fixed fields, then frames. Request type 0x014200 is answered by type 0x014201. */
export function wireReply(
  type: number,
  correlation: number,
  fields: Buffer = Buffer.alloc(0),
  frames: readonly WireFrame[] = [],
): Buffer {
  const head = Buffer.alloc(RESPONSE_HEAD_BYTES + fields.length);
  head.writeInt32LE(type, 0);
  head.writeBigInt64LE(BigInt(correlation), 4);
  fields.copy(head, RESPONSE_HEAD_BYTES);
  return wireFrames([{ content: head, flags: FLAG.unfragmented }, ...frames]);
}

/** Frames one after the other; the last one ends the message. */
export function wireFrames(frames: readonly WireFrame[]): Buffer {
  const parts = frames.map(({ content = Buffer.alloc(0), flags = 0 }, index) => {
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    head.writeInt32LE(FRAME_HEAD_BYTES + content.length, 0);
    head.writeUInt16LE(flags | (index === frames.length - 1 ? FLAG.final : 0), 4);
    return Buffer.concat([head, content]);
  });
  return Buffer.concat(parts);
}
