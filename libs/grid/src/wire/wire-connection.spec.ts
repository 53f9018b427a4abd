import { Socket } from 'node:net';
import {
  eventually,
  FAKE_MEMBER_UUID,
  FAKE_PARTITION_COUNT,
  type FakeConnection,
  type FakeMember,
  type FakeRequest,
  type FakeScript,
  startFakeMember,
  wireFrames,
  wireReply,
} from '@nearscore/testkit';
import { ASK, RecordingHandler, WireClient } from '../../../../test/fixtures/wire/wire-client';
import { wireFixture } from '../../../../test/fixtures/wire/wire-fixture';
import { FLAG } from './frame';
import { decodeMapEventJournalSubscribe } from './messages/map-event-journal-subscribe.codec';
import { encodeClientPing } from './messages/client-ping.codec';
import { type WireConnectionOptions } from './wire-connection';
import { MessageTooLargeError, WireConnectionError } from './wire.errors';

const AUTHENTICATION = 0x000100;
const PING = 0x000b00;
const KIB = 1024;
const MIB = 1024 * KIB;

let member: FakeMember;
let client: WireClient | undefined;

/** Starts a member with this script and connects to it. */
async function connected(script: FakeScript, more: Partial<WireConnectionOptions> = {}): Promise<WireClient> {
  member = await startFakeMember(script);
  client = await WireClient.open(member, more);
  return client;
}

/** A script that keeps the questions, for the test to answer when it likes. */
function keeper(): { script: FakeScript; asked: FakeRequest[]; far: () => FakeConnection } {
  const asked: FakeRequest[] = [];
  let last: FakeConnection | undefined;
  const take = (request: FakeRequest, connection: FakeConnection): void => {
    asked.push(request);
    last = connection;
  };
  const far = (): FakeConnection => {
    if (!last) throw new Error('nothing was asked yet');
    return last;
  };
  return { script: { [ASK]: take }, asked, far };
}

/** Connects and asks `count` times; the member has the questions when this resolves. */
async function asking(count: number, more: Partial<WireConnectionOptions> = {}) {
  const { script, asked, far } = keeper();
  const opened = await connected(script, more);
  const handlers = Array.from({ length: count }, () => new RecordingHandler());
  for (const handler of handlers) opened.ask(handler);
  await eventually(() => expect(asked).toHaveLength(count));
  const [handler, other] = handlers as [RecordingHandler, RecordingHandler];
  const [request, otherRequest] = asked as [FakeRequest, FakeRequest];
  return { opened, handlers, handler, other, asked, request, otherRequest, far: far() };
}

const replyTo = ({ correlation }: FakeRequest, text = ''): Buffer =>
  wireReply(ASK + 1, correlation, Buffer.alloc(0), [{ content: Buffer.from(text) }]);

afterEach(async () => {
  client?.connection.close();
  client = undefined;
  await member?.stop();
});

describe('opening', () => {
  it('introduces itself and learns who the member is', async () => {
    const { connection } = await connected({});
    expect(connection).toMatchObject({ memberUuid: FAKE_MEMBER_UUID, partitionCount: FAKE_PARTITION_COUNT });
  });

  it('says that the cluster has another name', async () => {
    const refused = wireFixture('client-authentication.refused');
    const refuse = ({ correlation }: FakeRequest, far: FakeConnection): void => {
      refused.writeBigInt64LE(BigInt(correlation), 10);
      far.send(refused);
    };
    await expect(connected({ [AUTHENTICATION]: refuse })).rejects.toMatchObject({
      code: 'WIRE_AUTHENTICATION_FAILED',
      message: expect.stringContaining('the cluster is not named fake'),
    });
    await eventually(() => expect(member.connections[0]?.socket.destroyed).toBe(true));
  });

  it('gives a silent member up after the timeout, and lets go of it', async () => {
    const silent = { [AUTHENTICATION]: () => undefined };
    await expect(connected(silent, { connectTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'WIRE_CONNECTION_LOST',
      message: expect.stringContaining('no answer within 50 ms'),
    });
    await eventually(() => expect(member.connections[0]?.socket.destroyed).toBe(true));
  });

  it.each<[string, (far: FakeConnection) => void, string]>([
    ['hangs up', ({ socket }) => socket.destroy(), 'WIRE_CONNECTION_LOST'],
    ['talks HTTP', (far) => far.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), 'WIRE_CONNECTION_LOST'],
    ['sends nonsense', (far) => far.send(Buffer.alloc(100)), 'WIRE_MALFORMED_MESSAGE'],
  ])('fails when the other side %s', async (_, act, code) => {
    await expect(connected({ [AUTHENTICATION]: (__, far) => act(far) })).rejects.toMatchObject({ code });
  });

  it('fails when nobody listens', async () => {
    member = await startFakeMember();
    await member.stop();
    await expect(WireClient.open(member)).rejects.toMatchObject({
      code: 'WIRE_CONNECTION_LOST',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('heartbeat', () => {
  it('keeps an idle connection as long as the member answers', async () => {
    const { ends } = await connected({}, { heartbeatIntervalMs: 5, missedHeartbeats: 50 });
    const pings = () => member.connections[0]?.requests.filter(({ type }) => type === PING) ?? [];
    await eventually(() => expect(pings().length).toBeGreaterThan(5));
    expect(ends).toEqual([]);
  });

  it('gives a member up that answers no more, and tells everybody who waits', async () => {
    const opened = await connected({}, { heartbeatIntervalMs: 5, missedHeartbeats: 3 });
    member.fallSilent();
    const waiting = [new RecordingHandler(), new RecordingHandler()];
    for (const handler of waiting) opened.ask(handler);
    await eventually(() => expect(opened.ends).toHaveLength(1));
    for (const { errors } of waiting) expect(errors).toEqual(opened.ends);
    expect(opened.ends[0]).toMatchObject({
      code: 'WIRE_CONNECTION_LOST',
      message: expect.stringContaining('no answer to 3 heartbeats'),
    });
  });
});

describe('answers', () => {
  it('go to whoever asked, in whatever order they come', async () => {
    const { handler: first, other: second, asked, far } = await asking(2);
    for (const request of [...asked].reverse()) far.send(replyTo(request, `${request.correlation}`));
    await eventually(() => expect([first.replies, second.replies]).toEqual([[expect.anything()], [expect.anything()]]));
    expect([first.replies[0], second.replies[0]]).toEqual(
      asked.map((request) => replyTo(request, `${request.correlation}`)),
    );
  });

  it('that nobody waits for are dropped: late, unknown, events', async () => {
    const { script, asked, far } = keeper();
    const opened = await connected(script);
    const [forgotten, awaited] = [new RecordingHandler(), new RecordingHandler()];
    opened.connection.forget(opened.ask(forgotten));
    opened.ask(awaited);
    await eventually(() => expect(asked).toHaveLength(2));
    const [late, wanted] = asked as [FakeRequest, FakeRequest];
    const event = replyTo(wanted, 'an event');
    event.writeUInt16LE(event.readUInt16LE(4) | FLAG.event, 4);
    far().send(Buffer.concat([event, replyTo(late), wireReply(ASK + 1, 999_999), replyTo(wanted, 'answer')]));
    await eventually(() => expect(awaited.replies).toEqual([replyTo(wanted, 'answer')]));
    expect(forgotten).toMatchObject({ offered: 0, errors: [] });
    expect(opened.ends).toEqual([]);
  });

  it('that are errors are told as such', async () => {
    const { opened, handler, request, far } = await asking(1);
    const error = wireFixture('error-response.no-journal');
    error.writeBigInt64LE(BigInt(request.correlation), 10);
    far.send(error);
    await eventually(() => expect(handler.errors).toMatchObject([{ code: 'MEMBER_ERROR' }]));
    expect(opened.ends).toEqual([]);
  });

  it('in fragments are put together', async () => {
    const { handler, request, far } = await asking(1);
    const whole = replyTo(request, 'the end');
    const head = Buffer.alloc(8, 1);
    const [first, second] = [whole.subarray(0, whole.readInt32LE(0)), whole.subarray(whole.readInt32LE(0))];
    const begin = wireFrames([
      { content: head, flags: FLAG.beginFragment },
      { content: first.subarray(6), flags: 0xc000 },
    ]);
    const end = wireFrames([{ content: head, flags: FLAG.endFragment }, { content: second.subarray(6) }]);
    far.send(Buffer.concat([begin, wireReply(1, 12345), end]));
    await eventually(() => expect(handler.replies).toHaveLength(1));
    expect(handler.replies[0]?.toString('latin1')).toContain('the end');
  });
});

describe('a refused answer', () => {
  it('waits with those behind it, and is offered again by the next dispatch', async () => {
    const { opened, handler: refusing, other: behind, asked, far } = await asking(2);
    refusing.takes = false;
    far.send(Buffer.concat(asked.map((request) => replyTo(request, `${request.correlation}`))));
    await eventually(() => expect(refusing.offered).toBeGreaterThan(0));
    expect(opened.dispatch()).toBe(false);
    expect(behind.offered).toBe(0);
    refusing.takes = true;
    expect(opened.dispatch()).toBe(true);
    expect([...refusing.replies, ...behind.replies]).toEqual(
      asked.map((request) => replyTo(request, `${request.correlation}`)),
    );
  });

  it('makes the member wait instead of this process growing', async () => {
    const pause = jest.spyOn(Socket.prototype, 'pause');
    const { opened, handlers, asked, far } = await asking(512, { highWaterBytes: 256 * KIB });
    for (const handler of handlers) handler.takes = false;
    const text = 'x'.repeat(64 * KIB);
    for (const request of asked) far.send(replyTo(request, text));
    await eventually(() => expect(pause).toHaveBeenCalled());
    for (const handler of handlers) handler.takes = true;
    opened.dispatch();
    await eventually(() => expect(handlers.every(({ replies }) => replies.length === 1)).toBe(true));
    const largest = Math.max(...handlers.map(({ largestBuffer }) => largestBuffer));
    // 32 MiB came.
    expect(largest).toBeLessThanOrEqual(4 * MIB);
    pause.mockRestore();
  });

  it('does not stop an answer behind it that is itself larger than the mark', async () => {
    const pause = jest.spyOn(Socket.prototype, 'pause');
    const started = await asking(2, { highWaterBytes: KIB });
    const { opened, handler: refusing, other: large, far } = started;
    refusing.takes = false;
    far.send(Buffer.concat([replyTo(started.request), replyTo(started.otherRequest, 'x'.repeat(24 * MIB))]));
    await eventually(() => expect(pause).toHaveBeenCalled());
    refusing.takes = true;
    opened.dispatch();
    await eventually(() => expect(large.replies).toHaveLength(1));
    pause.mockRestore();
  });
});

describe('a member that breaks the protocol', () => {
  it.each<[string, (request: FakeRequest) => Buffer]>([
    ['a frame shorter than its head', (request) => replyTo(request).fill(0, 0, 4)],
    ['a frame of negative length', (request) => Buffer.concat([Buffer.from('ffffffff', 'hex'), replyTo(request)])],
    ['a message that is too short for an answer', () => wireFrames([{ content: Buffer.alloc(5), flags: 0xc000 }])],
    ['a fragment that never began', () => wireFrames([{ content: Buffer.alloc(8), flags: FLAG.endFragment }])],
    ['an error without an error', ({ correlation }) => wireReply(0, correlation)],
  ])('is left, and everybody who waits is told: %s', async (_, bytes) => {
    const { opened, handlers, request, far } = await asking(2);
    far.send(bytes(request));
    await eventually(() => expect(opened.ends).toMatchObject([{ code: 'WIRE_MALFORMED_MESSAGE' }]));
    for (const { errors } of handlers) expect(errors).toEqual(opened.ends);
    await eventually(() => expect(far.socket.destroyed).toBe(true));
  });

  it('fails the one request whose answer cannot be decoded with what was wrong', async () => {
    const opened = await connected({
      [PING]: ({ correlation }, far) => far.send(wireReply(PING + 1, correlation)),
    });
    const asked = opened.connection.request(encodeClientPing, decodeMapEventJournalSubscribe);
    await expect(asked).rejects.toMatchObject({ code: 'WIRE_MALFORMED_MESSAGE' });
    expect(opened.ends).toHaveLength(1);
  });

  it('is not blamed for a handler that fails', async () => {
    const mistake = new TypeError('a mistake of ours');
    const { opened, handler, request, far } = await asking(1);
    handler.onReply = () => {
      throw mistake;
    };
    far.send(replyTo(request));
    await eventually(() => expect(opened.ends).toMatchObject([{ code: 'WIRE_CONNECTION_LOST', cause: mistake }]));
    expect(handler.errors).toEqual(opened.ends);
  });
});

describe('an answer that is too large', () => {
  it.each<[string, (request: FakeRequest) => Buffer]>([
    ['whole', (request) => replyTo(request, 'x'.repeat(200 * KIB))],
    ['in fragments', (request) => inFragments(replyTo(request, 'x'.repeat(60 * KIB)), 'x'.repeat(60 * KIB))],
  ])('is told to the one who asked for it, the others are told that the connection is lost: %s', async (_, bytes) => {
    const started = await asking(2, { maxMessageBytes: 100 * KIB });
    const { opened, handler: small, other: large, far } = started;
    far.send(bytes(started.otherRequest));
    await eventually(() => expect(large.errors).toHaveLength(1));
    expect(large.errors[0]).toBeInstanceOf(MessageTooLargeError);
    expect(small.errors).toEqual([expect.any(WireConnectionError)]);
    expect(opened.ends).toMatchObject([{ code: 'WIRE_MESSAGE_TOO_LARGE' }]);
  });
});

/** The first fragment holds the whole message, further ones more and more of the same. */
function inFragments(message: Buffer, more: string): Buffer {
  const head = Buffer.alloc(8, 1);
  const id = Buffer.alloc(14);
  id.writeInt32LE(14);
  id.writeUInt16LE(FLAG.beginFragment, 4);
  head.copy(id, 6);
  const next = wireFrames([{ content: head, flags: 0 }, { content: Buffer.from(more) }]);
  return Buffer.concat([id, message, next, next]);
}

describe('the end of a connection', () => {
  it('by the member: everybody who waits is told', async () => {
    const { opened, handler } = await asking(1);
    member.dropConnections();
    await eventually(() => expect(opened.ends).toMatchObject([{ code: 'WIRE_CONNECTION_LOST' }]));
    expect(handler.errors).toEqual(opened.ends);
  });

  it('by this process: everybody who waits is told, and nobody is told of a loss', async () => {
    const { opened, handler } = await asking(1);
    opened.connection.close();
    expect(handler.errors).toMatchObject([
      { code: 'WIRE_CONNECTION_LOST', message: expect.stringContaining('this process') },
    ]);
    await eventually(() => expect(member.connections[0]?.socket.destroyed).toBe(true));
    expect(opened.ends).toEqual([]);
    await expect(opened.connection.request(encodeClientPing, () => 1)).rejects.toMatchObject({
      code: 'WIRE_CONNECTION_LOST',
    });
  });

  it('is also told to who asks while the others are being told', async () => {
    const { opened, handler } = await asking(1);
    const next = new RecordingHandler();
    handler.onError = () => void opened.ask(next);
    member.dropConnections();
    await eventually(() => expect(next.errors).toMatchObject([{ code: 'WIRE_CONNECTION_LOST' }]));
  });
});
