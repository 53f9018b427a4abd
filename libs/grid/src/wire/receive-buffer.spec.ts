import { wireFrames, wireReply } from '@nearscore/testkit';
import fc from 'fast-check';
import { FLAG, UNFRAGMENTED } from './frame';
import { ReceiveBuffer } from './receive-buffer';
import { type MalformedMessageError, MessageTooLargeError } from './wire.errors';

const MALFORMED: Partial<MalformedMessageError> = { code: 'WIRE_MALFORMED_MESSAGE' };
const MAX_BYTES = 1_000_000;

/** A message as the member sends it: whole, or as fragments whose bodies are its frames. */
interface SentMessage {
  readonly parts: readonly Buffer[];
  readonly bytes: Buffer;
}

const frames = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 5 });

const message: fc.Arbitrary<(id: number) => SentMessage> = fc
  .tuple(frames, fc.integer({ min: 1, max: 3 }))
  .map(([contents, fragments]) => (id: number) => {
    const whole = contents.map((content) => ({ content: Buffer.from(content) }));
    if (fragments === 1) {
      const bytes = wireReply(1, id, Buffer.alloc(0), whole);
      return { parts: [bytes], bytes };
    }
    return fragmented(id, whole, fragments);
  });

function fragmented(id: number, whole: readonly { content: Buffer }[], count: number): SentMessage {
  const head = Buffer.alloc(8);
  head.writeBigInt64LE(BigInt(id));
  const bodies = Array.from({ length: count }, (_, part) => {
    const own = whole.filter((_, index) => index % count === part);
    return own.length > 0 ? own : [{ content: Buffer.alloc(0) }];
  });
  const parts = bodies.map((body, part) => {
    const flags = (part === 0 ? FLAG.beginFragment : 0) | (part === count - 1 ? FLAG.endFragment : 0);
    return wireFrames([{ content: head, flags }, ...body]);
  });
  return { parts, bytes: Buffer.concat(bodies.map(wireFrames)) };
}

/** The parts in an order that a member may send: fragments of different messages mixed, each message's own in order. */
function interleave(messages: readonly SentMessage[], picks: readonly number[]): { stream: Buffer; order: Buffer[] } {
  const open = messages.map(({ parts, bytes }) => ({ parts: [...parts], bytes }));
  const sent: Buffer[] = [];
  const order: Buffer[] = [];
  for (let turn = 0; open.length > 0; turn++) {
    const index = (picks[turn % picks.length] ?? 0) % open.length;
    const picked = open[index];
    const part = picked?.parts.shift();
    if (!picked || !part) continue;
    sent.push(part);
    if (picked.parts.length > 0) continue;
    order.push(picked.bytes);
    open.splice(index, 1);
  }
  return { stream: Buffer.concat(sent), order };
}

/** Takes messages as a connection does, and keeps views and what they must show. */
class Taker {
  readonly taken: Buffer[] = [];
  private views: { view: Buffer; copy: Buffer }[] = [];

  constructor(readonly buffer: ReceiveBuffer) {}

  /** Takes what is complete until `refuse` says no. */
  takeAll(refuse: () => boolean): void {
    for (let end = this.buffer.messageEnd(); end >= 0; end = this.buffer.messageEnd()) {
      if (refuse()) return;
      if (this.buffer.isFragment()) this.keep(this.buffer.takeFragment(end));
      else {
        this.keep(this.buffer.bytes.subarray(this.buffer.messageStart, end));
        this.buffer.consume(end);
      }
    }
  }

  release(): void {
    this.checkViews();
    this.views = [];
    this.buffer.release();
  }

  checkViews(): void {
    for (const { view, copy } of this.views)
      if (!view.equals(copy)) throw new Error('a view changed before its release');
  }

  private keep(view: Buffer | undefined): void {
    if (!view) return;
    const copy = Buffer.from(view);
    this.views.push({ view, copy });
    this.taken.push(copy);
  }
}

/** Feeds chunks from one reused buffer, as a socket does. */
function feeder(buffer: ReceiveBuffer): (chunk: Buffer) => void {
  const shared = Buffer.alloc(64 * 1024);
  return (chunk) => {
    shared.fill(0xee);
    chunk.copy(shared);
    buffer.append(shared, chunk.length);
  };
}

describe('ReceiveBuffer', () => {
  it('gives the same messages however the bytes are cut, refused, released and kept', () => {
    const run = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 12 }),
      picks: fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
      cuts: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2_000 })), {
        minLength: 1,
        maxLength: 40,
      }),
      refusals: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
      releases: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
      initialBytes: fc.constantFrom(16, 64, 700, 4_096),
    });
    fc.assert(
      fc.property(run, ({ messages, picks, cuts, refusals, releases, initialBytes }) => {
        const { stream, order } = interleave(
          messages.map((make, id) => make(id)),
          picks,
        );
        const taker = new Taker(new ReceiveBuffer(MAX_BYTES, initialBytes));
        const feed = feeder(taker.buffer);
        let turn = 0;
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const size = cuts[cut % cuts.length] ?? 1;
          feed(stream.subarray(at, at + size));
          at += size;
          taker.takeAll(() => refusals[turn++ % refusals.length] === true);
          taker.checkViews();
          if (releases[cut % releases.length]) taker.release();
        }
        taker.takeAll(() => false);
        taker.release();
        expect(taker.taken).toEqual(order);
        expect(taker.buffer.unread).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the end of the first message again until it is consumed, not that of the second', () => {
    const buffer = new ReceiveBuffer(MAX_BYTES);
    const [first, second] = [wireReply(1, 1), wireReply(1, 2, Buffer.alloc(50))];
    buffer.append(first, first.length);
    buffer.append(second, second.length);
    expect(buffer.messageEnd()).toBe(first.length);
    expect(buffer.messageEnd()).toBe(first.length);
    buffer.consume(first.length);
    expect(buffer.messageEnd()).toBe(first.length + second.length);
  });

  it('finds the end of a refused message after the bytes moved', () => {
    const buffer = new ReceiveBuffer(MAX_BYTES, 64);
    const reply = wireReply(1, 1, Buffer.alloc(20, 5));
    const taker = new Taker(buffer);
    const feed = feeder(buffer);
    feed(reply);
    taker.takeAll(() => false);
    feed(reply);
    expect(buffer.messageEnd() - buffer.messageStart).toBe(reply.length);
    feed(Buffer.concat([reply, reply]));
    taker.checkViews();
    taker.release();
    taker.takeAll(() => false);
    expect(taker.taken).toEqual([reply, reply, reply, reply]);
  });

  it('gives the memory of a burst back', () => {
    const taker = new Taker(new ReceiveBuffer(MAX_BYTES, 1_024));
    const feed = feeder(taker.buffer);
    feed(wireReply(1, 1, Buffer.alloc(20_000)));
    expect(taker.buffer.bytes.length).toBeGreaterThan(20_000);
    taker.takeAll(() => false);
    for (let n = 0; n < 60; n++) {
      feed(wireReply(1, n, Buffer.alloc(1_000)));
      taker.takeAll(() => false);
    }
    expect(taker.buffer.bytes.length).toBeLessThanOrEqual(4_096);
  });

  it.each([[0], [5], [-1], [-0x8000_0000]])('refuses a frame of %d bytes', (size) => {
    const buffer = new ReceiveBuffer(MAX_BYTES);
    const reply = wireReply(1, 1);
    reply.writeInt32LE(size, 0);
    buffer.append(reply, reply.length);
    expect(() => buffer.messageEnd()).toThrow(expect.objectContaining(MALFORMED));
  });

  it.each([
    ['one frame', wireReply(1, 77, Buffer.alloc(0), [{ content: Buffer.alloc(2_000) }])],
    [
      'many frames',
      wireReply(
        1,
        77,
        Buffer.alloc(0),
        Array.from({ length: 30 }, () => ({ content: Buffer.alloc(60) })),
      ),
    ],
  ])('refuses a message over the limit before it has come, and says whose it is: %s', (_, reply) => {
    const buffer = new ReceiveBuffer(1_000);
    const come = reply.subarray(0, reply.length - 500);
    buffer.append(come, come.length);
    expect(catchError(() => buffer.messageEnd())).toMatchObject({ code: 'WIRE_MESSAGE_TOO_LARGE', correlation: 77 });
  });

  it('refuses fragments over the limit, and says whose they are', () => {
    const { parts } = fragmented(
      3,
      [{ content: wireReply(1, 77).subarray(6) }, { content: Buffer.alloc(600) }, { content: Buffer.alloc(600) }],
      3,
    );
    const taker = new Taker(new ReceiveBuffer(1_000));
    taker.buffer.append(Buffer.concat(parts), Buffer.concat(parts).length);
    const error = catchError(() => taker.takeAll(() => false));
    expect(error).toBeInstanceOf(MessageTooLargeError);
    expect(error).toMatchObject({ correlation: 77 });
  });

  it('refuses a fragment without a beginning and one without an id', () => {
    const orphan = wireFrames([{ content: Buffer.alloc(8), flags: FLAG.endFragment }, { content: Buffer.alloc(4) }]);
    const nameless = wireFrames([{ content: Buffer.alloc(7), flags: FLAG.beginFragment }]);
    for (const bytes of [orphan, nameless]) {
      const taker = new Taker(new ReceiveBuffer(MAX_BYTES));
      taker.buffer.append(bytes, bytes.length);
      expect(() => taker.takeAll(() => false)).toThrow(expect.objectContaining(MALFORMED));
    }
  });

  it('knows an unfragmented message by both flags', () => {
    const buffer = new ReceiveBuffer(MAX_BYTES);
    const bytes = wireFrames([{ content: Buffer.alloc(13), flags: UNFRAGMENTED }]);
    buffer.append(bytes, bytes.length);
    expect(buffer.isFragment()).toBe(false);
  });
});

function catchError(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
