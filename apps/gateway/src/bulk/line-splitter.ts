/** Where the lines of a body go. */
export interface LineSink {
  /** One line without its end (LF or CRLF). The bytes are only valid until the call returns. */
  line(bytes: Buffer): void;
  /** A line longer than the limit, in the place where it would have come. */
  tooLong(): void;
}

export interface LineOptions {
  readonly maxLineBytes: number;
  /** A line feed between quotes (RFC 4180) does not end a line. Default false. */
  readonly quoted?: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SMALL_BYTES = 64 * 1024;

/**
 * Cuts a body that comes in pieces into lines, the same ones however it is cut. It holds no more than the beginning of
 * one line: what is longer than the limit is passed over. A quoted line that is longer ends with its next line feed,
 * for its quote may never have been meant to close.
 */
export class LineSplitter {
  private held = Buffer.allocUnsafe(SMALL_BYTES);
  private heldBytes = 0;
  private isTooLong = false;
  private inQuotes = false;
  /** Whether the last quote seen closed a value: one more right behind it stands for a quote in the value. */
  private hasClosed = false;

  constructor(
    private readonly sink: LineSink,
    private readonly options: LineOptions,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = this.endOfLine(chunk, 0); end !== -1; end = this.endOfLine(chunk, start)) {
      this.finish(chunk.subarray(start, end));
      start = end + 1;
    }
    this.hold(chunk.subarray(start));
  }

  /** The body's end: a last line without a line feed is a line. */
  end(): void {
    if (this.heldBytes > 0 || this.isTooLong) this.finish(Buffer.alloc(0));
  }

  private finish(rest: Buffer): void {
    const length = this.heldBytes + rest.length;
    if (this.isTooLong || length > this.options.maxLineBytes) this.sink.tooLong();
    else this.sink.line(withoutReturn(this.whole(rest)));
    this.isTooLong = this.inQuotes = this.hasClosed = false;
    this.heldBytes = 0;
    if (this.held.length > SMALL_BYTES) this.held = Buffer.allocUnsafe(SMALL_BYTES);
  }

  private whole(rest: Buffer): Buffer {
    if (this.heldBytes === 0) return rest;
    this.hold(rest);
    return this.held.subarray(0, this.heldBytes);
  }

  private hold(bytes: Buffer): void {
    const length = this.heldBytes + bytes.length;
    if (this.isTooLong || length > this.options.maxLineBytes) {
      this.isTooLong = true;
      return;
    }
    if (length > this.held.length) this.grow(length);
    bytes.copy(this.held, this.heldBytes);
    this.heldBytes = length;
  }

  private grow(atLeast: number): void {
    const larger = Buffer.allocUnsafe(Math.max(atLeast, this.held.length * 2));
    this.held.copy(larger, 0, 0, this.heldBytes);
    this.held = larger;
  }

  /** -1: not in this chunk. */
  private endOfLine(chunk: Buffer, start: number): number {
    if (!this.options.quoted || this.isTooLong) return chunk.indexOf(LINE_FEED, start);
    const end = this.endOfRow(chunk, start);
    const beyond = start + this.options.maxLineBytes - this.heldBytes;
    return (end === -1 ? chunk.length : end) > beyond ? chunk.indexOf(LINE_FEED, beyond) : end;
  }

  private endOfRow(chunk: Buffer, start: number): number {
    let quote = chunk.indexOf(QUOTE, start);
    for (let from = start; ;) {
      const feed = chunk.indexOf(LINE_FEED, from);
      for (; quote !== -1 && (feed === -1 || quote < feed); quote = chunk.indexOf(QUOTE, quote + 1)) {
        this.passQuote(quote > start ? chunk[quote - 1] : this.lastHeld);
      }
      if (feed === -1 || !this.inQuotes) return feed;
      from = feed + 1;
    }
  }

  /** Undefined: the line begins here. */
  private get lastHeld(): number | undefined {
    return this.heldBytes > 0 ? this.held[this.heldBytes - 1] : undefined;
  }

  /**
   * A quote in the middle of a value without quotes is a fault of its row, which is found later, and no reason to
   * swallow the next rows.
   */
  private passQuote(before: number | undefined): void {
    const opens = before === undefined || before === COMMA || (before === QUOTE && this.hasClosed);
    this.hasClosed = this.inQuotes;
    this.inQuotes = !this.inQuotes && opens;
  }
}

function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
