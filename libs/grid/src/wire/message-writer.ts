import { FLAG, FRAME_HEAD_BYTES, OFFSET, UNFRAGMENTED, writeLong } from './frame';

/** Below this a byte loop beats Buffer.copy, whose call costs about as much as sixty bytes. */
const SHORT_COPY_BYTES = 64;

/**
 * Encodes messages one after the other into one growing buffer, so that a whole batch leaves in one socket write.
 * No object per frame: `begin`, then frames, then `end`.
 */
export class MessageWriter {
  bytes: Buffer;
  length = 0;
  private lastFrame = 0;

  constructor(initialBytes = 64 * 1024) {
    this.bytes = Buffer.allocUnsafe(initialBytes);
  }

  /** Opens a request and returns the offset of its fixed fields (`fieldBytes` long, zeroed). */
  begin(type: number, correlation: number, partition: number, fieldBytes: number): number {
    const content = this.frame(OFFSET.requestFields + fieldBytes, UNFRAGMENTED);
    this.bytes.writeInt32LE(type, content + OFFSET.type);
    writeLong(this.bytes, content + OFFSET.correlation, correlation);
    this.bytes.writeInt32LE(partition, content + OFFSET.partition);
    const fields = content + OFFSET.requestFields;
    this.bytes.fill(0, fields, fields + fieldBytes);
    return fields;
  }

  end(): void {
    const flags = this.bytes.readUInt16LE(this.lastFrame + 4);
    this.bytes.writeUInt16LE(flags | FLAG.final, this.lastFrame + 4);
  }

  /** A frame whose content is source[start, end). */
  copy(source: Buffer, start: number, end: number): void {
    const content = this.frame(end - start, 0);
    if (end - start >= SHORT_COPY_BYTES) {
      source.copy(this.bytes, content, start, end);
      return;
    }
    const target = this.bytes;
    for (let from = start, to = content; from < end; from++, to++) target[to] = source[from] as number;
  }

  content(bytes: Buffer): void {
    this.copy(bytes, 0, bytes.length);
  }

  string(value: string): void {
    this.content(Buffer.from(value, 'utf8'));
  }

  nullable(value: string | null): void {
    if (value === null) this.null();
    else this.string(value);
  }

  null(): void {
    this.frame(0, FLAG.null);
  }

  beginStructure(): void {
    this.frame(0, FLAG.beginStructure);
  }

  endStructure(): void {
    this.frame(0, FLAG.endStructure);
  }

  /** Appends a frame and returns the offset of its (unwritten) content. */
  frame(contentBytes: number, flags: number): number {
    const size = FRAME_HEAD_BYTES + contentBytes;
    if (this.length + size > this.bytes.length) this.grow(size);
    const at = this.length;
    this.bytes.writeInt32LE(size, at);
    this.bytes.writeUInt16LE(flags, at + 4);
    this.lastFrame = at;
    this.length = at + size;
    return at + FRAME_HEAD_BYTES;
  }

  /** Empties the writer; with `bytes`, goes on in that buffer (the old one is being sent). */
  reset(bytes: Buffer = this.bytes): void {
    this.bytes = bytes;
    this.length = 0;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
