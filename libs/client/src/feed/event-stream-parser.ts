import { UnexpectedAnswerError } from '../client.errors';

export interface ServerSentEvent {
  /** `message` when the stream names none. */
  readonly type: string;
  readonly data: string;
  /** The last id that was told up to here; '' = none so far. */
  readonly lastEventId: string;
}

const LINE_END = /\r\n|\n|\r/g;

/**
 * Server-sent events from text in pieces of any size, as the HTML standard interprets an event stream
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
export class EventStreamParser {
  /** The id of the last whole event, which is where a new connection goes on. */
  lastEventId: string;
  /** What the stream asks clients to wait before they come back. */
  retryMs: number | undefined;
  private rest = '';
  private skipLineFeed = false;
  private atStart = true;
  private type = '';
  private data: string[] = [];
  private dataChars = 0;
  private id: string;

  /** @param maxEventChars a longer line or event throws UnexpectedAnswerError */
  constructor(
    lastEventId = '',
    private readonly maxEventChars = 1 << 20,
  ) {
    this.lastEventId = this.id = lastEventId;
  }

  /** The events that end within this piece. */
  push(piece: string): ServerSentEvent[] {
    const text = this.rest + this.withoutMark(piece);
    const events: ServerSentEvent[] = [];
    let start = 0;
    for (const { index, 0: end } of text.matchAll(LINE_END)) {
      const event = this.line(text.slice(start, index));
      if (event) events.push(event);
      start = index + end.length;
    }
    this.rest = text.slice(start);
    this.skipLineFeed = start > 0 && start === text.length && text.endsWith('\r');
    this.refuseOver(this.rest.length);
    return events;
  }

  /** Without a byte order mark at the very start, and without the second half of a CRLF that was cut in two. */
  private withoutMark(piece: string): string {
    if (piece === '') return piece;
    const skip = (this.atStart && piece.startsWith('\uFEFF')) || (this.skipLineFeed && piece.startsWith('\n'));
    this.atStart = false;
    this.skipLineFeed = false;
    return skip ? piece.slice(1) : piece;
  }

  private line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1);
    this.field(name, value.startsWith(' ') ? value.slice(1) : value);
    return undefined;
  }

  private field(name: string, value: string): void {
    if (name === 'data') {
      this.data.push(value);
      this.refuseOver((this.dataChars += value.length + 1));
    } else if (name === 'event') this.type = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private dispatch(): ServerSentEvent | undefined {
    this.lastEventId = this.id;
    const { type, data } = this;
    this.type = '';
    this.data = [];
    this.dataChars = 0;
    if (data.length === 0) return undefined;
    return { type: type === '' ? 'message' : type, data: data.join('\n'), lastEventId: this.lastEventId };
  }

  private refuseOver(chars: number): void {
    if (chars <= this.maxEventChars) return;
    throw new UnexpectedAnswerError(`An event has more than ${this.maxEventChars} characters.`, 200);
  }
}
