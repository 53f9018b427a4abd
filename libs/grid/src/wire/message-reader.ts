import { MalformedMessageError } from './wire.errors';
import { FLAG, FRAME_HEAD_BYTES, OFFSET, readLong } from './frame';

/**
 * Walks the frames of one complete message in place. For replies outside the hot path; the hot ones (journal read,
 * acknowledgements) are parsed by their codecs without it.
 */
export class MessageReader {
  /** The current frame's content is bytes[start, end). */
  start = 0;
  end = 0;
  flags = 0;
  private at: number;

  constructor(
    readonly bytes: Buffer,
    messageStart: number,
    private readonly messageEnd: number,
  ) {
    this.at = messageStart;
    this.next();
  }

  get type(): number {
    return this.bytes.readInt32LE(this.field(OFFSET.type, 4));
  }

  /** Offset of a fixed field of the current frame, checked to lie inside of it. */
  field(offset: number, size: number): number {
    if (this.start + offset + size > this.end) throw new MalformedMessageError('a frame is shorter than its fields');
    return this.start + offset;
  }

  int(offset: number): number {
    return this.bytes.readInt32LE(this.field(offset, 4));
  }

  long(offset: number): number {
    return readLong(this.bytes, this.field(offset, 8));
  }

  next(): void {
    if (this.at + FRAME_HEAD_BYTES > this.messageEnd) throw new MalformedMessageError('a message ends inside a frame');
    const size = this.bytes.readInt32LE(this.at);
    if (size < FRAME_HEAD_BYTES || this.at + size > this.messageEnd)
      throw new MalformedMessageError(`a frame of ${size} bytes`);
    this.flags = this.bytes.readUInt16LE(this.at + 4);
    this.start = this.at + FRAME_HEAD_BYTES;
    this.end = this.at + size;
    this.at = this.end;
  }

  hasNext(): boolean {
    return this.at < this.messageEnd;
  }

  /** Whether the frame that `next` would give has this flag. */
  nextHas(flag: number): boolean {
    if (this.at + FRAME_HEAD_BYTES > this.messageEnd)
      throw new MalformedMessageError('a message ends before its structure');
    return (this.bytes.readUInt16LE(this.at + 4) & flag) !== 0;
  }

  string(): string {
    this.next();
    return this.bytes.toString('utf8', this.start, this.end);
  }

  nullableString(): string | null {
    if (!this.nextHas(FLAG.null)) return this.string();
    this.next();
    return null;
  }

  /** Calls `item` for each element of a list structure; `item` must read exactly its element. */
  list(item: () => void): void {
    this.next();
    while (!this.nextHas(FLAG.endStructure)) item();
    this.next();
  }

  /** Skips to behind the END of the structure that is open now, newer fields and nested structures included. */
  skipToEnd(): void {
    for (let depth = 1; depth > 0;) {
      this.next();
      if (this.flags & FLAG.beginStructure) depth++;
      if (this.flags & FLAG.endStructure) depth--;
    }
  }
}
