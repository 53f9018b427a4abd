import { MalformedMessageError, MessageTooLargeError } from './wire.errors';
import { FLAG, FRAME_HEAD_BYTES, OFFSET, UNFRAGMENTED, readLong } from './frame';

/**
 * The bytes that came from a socket and were not consumed yet, in one buffer. Messages are parsed in place; views into
 * `bytes` taken before `release` stay valid until it, because a pinned buffer is replaced, never moved.
 */
export class ReceiveBuffer {
  bytes: Buffer;
  private start = 0;
  private end = 0;
  /** Every frame before this offset is complete. */
  private scanned = 0;
  /** End of the first message once it is complete; it may be asked for again and again before it is consumed. */
  private firstEnd = -1;
  private pinned = false;
  private readonly fragments = new Map<number, Buffer[]>();

  constructor(
    private readonly maxMessageBytes: number,
    private readonly initialBytes = 1024 * 1024,
  ) {
    this.bytes = Buffer.allocUnsafe(initialBytes);
  }

  get unread(): number {
    return this.end - this.start;
  }

  get messageStart(): number {
    return this.start;
  }

  append(chunk: Uint8Array, length: number): void {
    if (this.end + length > this.bytes.length) this.makeRoom(length);
    this.bytes.set(length === chunk.length ? chunk : chunk.subarray(0, length), this.end);
    this.end += length;
  }

  /** Offset behind the first complete message, or -1 while it is still arriving. */
  messageEnd(): number {
    if (this.firstEnd >= 0) return this.firstEnd;
    let at = this.scanned;
    while (at + FRAME_HEAD_BYTES <= this.end) {
      const size = this.bytes.readInt32LE(at);
      this.checkSize(size, at + size - this.start);
      if (at + size > this.end) break;
      const final = (this.bytes.readUInt16LE(at + 4) & FLAG.final) !== 0;
      at += size;
      if (final) return (this.firstEnd = this.scanned = at);
    }
    this.scanned = at;
    return -1;
  }

  /** Marks the first complete message as read; its bytes stay where they are until `release`. */
  consume(messageEnd: number): void {
    this.pinned = true;
    this.start = messageEnd;
    this.scanned = messageEnd;
    this.firstEnd = -1;
  }

  /** Ends the life of all views: unread bytes may move from now on. */
  release(): void {
    this.pinned = false;
    if (this.start === this.end) this.start = this.end = this.scanned = 0;
  }

  isFragment(): boolean {
    return (this.bytes.readUInt16LE(this.start + 4) & UNFRAGMENTED) !== UNFRAGMENTED;
  }

  /**
   * Takes the fragment at [start, messageEnd). Returns the whole message, in a buffer of its own, when it was the last.
   * The member's first fragment begins with a frame that holds just the fragment id; the message's frames follow.
   */
  takeFragment(messageEnd: number): Buffer | undefined {
    const flags = this.bytes.readUInt16LE(this.start + 4);
    const size = this.bytes.readInt32LE(this.start);
    if (size < FRAME_HEAD_BYTES + 8) throw new MalformedMessageError('a fragment without an id');
    const id = readLong(this.bytes, this.start + FRAME_HEAD_BYTES);
    const body = Buffer.from(this.bytes.subarray(this.start + size, messageEnd));
    this.consume(messageEnd);
    return this.joinFragment(id, flags, body);
  }

  private joinFragment(id: number, flags: number, body: Buffer): Buffer | undefined {
    const parts = flags & FLAG.beginFragment ? [] : this.fragments.get(id);
    if (!parts) throw new MalformedMessageError('a fragment of a message that never began');
    parts.push(body);
    this.fragments.set(id, parts);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length > this.maxMessageBytes) {
      const first = parts[0] ?? body;
      throw new MessageTooLargeError(length, this.maxMessageBytes, correlationIn(first, 0, first.length));
    }
    if (!(flags & FLAG.endFragment)) return undefined;
    this.fragments.delete(id);
    return Buffer.concat(parts, length);
  }

  private checkSize(frameBytes: number, messageBytes: number): void {
    if (frameBytes < FRAME_HEAD_BYTES) throw new MalformedMessageError(`a frame of ${frameBytes} bytes`);
    if (messageBytes <= this.maxMessageBytes) return;
    const correlation = this.isFragment() ? undefined : correlationIn(this.bytes, this.start, this.end);
    throw new MessageTooLargeError(messageBytes, this.maxMessageBytes, correlation);
  }

  private makeRoom(length: number): void {
    const unread = this.unread;
    const needed = unread + length;
    const target = this.pinned || needed > this.bytes.length ? Buffer.allocUnsafe(this.sizeFor(needed)) : this.bytes;
    this.bytes.copy(target, 0, this.start, this.end);
    this.bytes = target;
    this.scanned -= this.start;
    if (this.firstEnd >= 0) this.firstEnd -= this.start;
    this.start = 0;
    this.end = unread;
  }

  /** Doubling keeps the copies of a growing message linear; a burst's large buffer is given back when it is replaced. */
  private sizeFor(needed: number): number {
    return needed <= this.initialBytes ? this.initialBytes : 2 ** Math.ceil(Math.log2(needed * 1.5));
  }
}

/** The correlation id of the message that begins at `start`, if that much of it is there. */
function correlationIn(bytes: Buffer, start: number, end: number): number | undefined {
  const at = start + FRAME_HEAD_BYTES + OFFSET.correlation;
  return at + 8 > end ? undefined : readLong(bytes, at);
}
