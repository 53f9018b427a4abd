import { FLAG, FRAME_HEAD_BYTES, OFFSET, UNFRAGMENTED, writeLong } from './frame';

/** Below this, words through a DataView beat Buffer.copy: that makes an object per call, and costs as much as 200 bytes. */
const SHORT_COPY_BYTES = 256;

interface SourceView {
  readonly bytes: Buffer;
  readonly view: DataView;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Encodes messages one after the other into one growing buffer, so that a whole batch leaves in one socket write.
 * No object per frame: `begin`, then frames, then `end`.
 */
export class MessageWriter {
  bytes: Buffer;
  length = 0;
  private lastFrame = 0;
  private view: DataView;
  /** The two buffers that were copied from last, as a batch's keys and predictions take turns. */
  private recent: SourceView;
  private older: SourceView;

  constructor(initialBytes = 64 * 1024) {
    this.bytes = Buffer.allocUnsafe(initialBytes);
    this.view = viewOf(this.bytes);
    this.recent = this.older = { bytes: this.bytes, view: this.view };
  }

  /** Opens a request and returns the offset of its fixed fields (`fieldBytes` long, zeroed). */
  begin(type: number, correlation: number, partition: number, fieldBytes: number): number {
    const content = this.frame(OFFSET.requestFields + fieldBytes, UNFRAGMENTED);
    this.bytes.writeInt32LE(type, content + OFFSET.type);
    writeLong(this.bytes, content + OFFSET.correlation, correlation);
    this.bytes.writeInt32LE(partition, content + OFFSET.partition);
    const fields = content + OFFSET.requestFields;
    for (let at = fields; at < fields + fieldBytes; at++) this.bytes[at] = 0;
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
    const from = this.viewOfSource(source);
    const to = this.view;
    let at = content;
    let next = start;
    for (; next + 4 <= end; next += 4, at += 4) to.setInt32(at, from.getInt32(next));
    for (; next < end; next++, at++) to.setInt8(at, from.getInt8(next));
  }

  /** A frame of these few bytes: map names and the like, whose views would drive out those of keys and predictions. */
  content(bytes: Buffer): void {
    const content = this.frame(bytes.length, 0);
    for (let at = 0; at < bytes.length; at++) this.bytes[content + at] = bytes[at] as number;
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
    this.use(bytes);
    this.length = 0;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(larger, 0, 0, this.length);
    this.use(larger);
  }

  private use(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  private viewOfSource(source: Buffer): DataView {
    if (source !== this.recent.bytes) {
      const known = source === this.older.bytes ? this.older : { bytes: source, view: viewOf(source) };
      this.older = this.recent;
      this.recent = known;
    }
    return this.recent.view;
  }
}
