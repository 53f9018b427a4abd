import { randomBytes } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { NearscoreError, messageOf } from '@nearscore/errors';
import { EXCEPTION_MESSAGE_TYPE, FLAG, FRAME_HEAD_BYTES, OFFSET, readLong } from './frame';
import { MessageReader } from './message-reader';
import { MessageWriter } from './message-writer';
import { decodeClientAuthentication, encodeClientAuthentication } from './messages/client-authentication.codec';
import { encodeClientPing } from './messages/client-ping.codec';
import { decodeErrorResponse } from './messages/error-response.codec';
import { ReadPacing } from './read-pacing';
import { ReceiveBuffer } from './receive-buffer';
import {
  MalformedMessageError,
  MessageTooLargeError,
  WireAuthenticationError,
  WireConnectionError,
} from './wire.errors';

const PROTOCOL_HEADER = Buffer.from('CP2');
const READ_CHUNK_BYTES = 256 * 1024;
const SMALLEST_REPLY_BYTES = FRAME_HEAD_BYTES + OFFSET.responseFields;

export interface WireConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clusterName: string;
  /** Shown by the member in its client list. */
  readonly clientName: string;
  readonly tls?: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
  /** A ping is sent when nothing came for so long; after `missedHeartbeats` in a row the connection is given up. */
  readonly heartbeatIntervalMs: number;
  readonly missedHeartbeats: number;
  /** Largest message taken; a larger one ends the connection. */
  readonly maxMessageBytes: number;
  /** Above so many unread bytes the socket is paused, so that the member waits instead of this process growing. */
  readonly highWaterBytes: number;
}

export const WIRE_DEFAULTS = {
  connectTimeoutMs: 5_000,
  heartbeatIntervalMs: 1_000,
  missedHeartbeats: 5,
  maxMessageBytes: 64 * 1024 * 1024,
  highWaterBytes: 16 * 1024 * 1024,
} as const;

/** Takes the one answer of a request. */
export interface ReplyHandler {
  /**
   * The message at bytes[start, end). Views are valid until the connection's `release`.
   *
   * @returns false when it cannot be taken now: it is offered again by the next `dispatch`
   */
  onReply(bytes: Buffer, start: number, end: number): boolean;
  onError(error: NearscoreError): void;
}

export interface WireQuestion<T> {
  readonly encode: (writer: MessageWriter, correlation: number) => void;
  /** Called while the answer's bytes are there; copies what it keeps. */
  readonly decode: (bytes: Buffer, start: number, end: number) => T;
}

export interface WireAnswer<T> {
  /** Rejects with WireConnectionError, MemberError, MapDestroyedError, MessageTooLargeError. */
  readonly answer: Promise<T>;
  /** The answer is not wanted any more: the promise stays open for ever. */
  readonly cancel: () => void;
}

export interface WireConnectionEvents {
  /** Bytes came: `dispatch` may deliver answers. */
  onReadable(): void;
  /** The connection ended; every open request has been told. Not called after `close`. */
  onClosed(error: NearscoreError): void;
}

/**
 * One TCP connection to one member, speaking the open client protocol for the few messages of the hot path. Requests are
 * encoded into `writer` and leave with `flush`, many in one socket write; answers are parsed in place when `dispatch`
 * is called. Requests carry no backup-aware flag, so a write's answer comes when its backups are done.
 */
export class WireConnection {
  readonly writer = new MessageWriter();
  memberUuid = '';
  partitionCount = 0;
  clusterId = '';
  private readonly socket: Socket;
  private readonly receive: ReceiveBuffer;
  private readonly pending = new Map<number, ReplyHandler>();
  private readonly sendBuffers: Buffer[] = [];
  private nextCorrelation = 1;
  private joined: Buffer | undefined;
  private missed = 0;
  private readonly pacing: ReadPacing;
  /** Answers delivered since it was opened. */
  private answers = 0;
  /** The first complete message was offered and not taken. */
  private refused = false;
  private failure: NearscoreError | undefined;
  private heartbeat: NodeJS.Timeout | undefined;

  private constructor(
    private readonly options: WireConnectionOptions,
    private readonly events: WireConnectionEvents,
  ) {
    this.receive = new ReceiveBuffer(options.maxMessageBytes);
    this.socket = this.openSocket();
    this.pacing = new ReadPacing(this.socket);
    this.socket.setNoDelay(true);
    this.socket.on('error', (error) => this.fail(this.lost(messageOf(error), error)));
    this.socket.on('close', () => this.fail(this.lost('closed by the member')));
  }

  /** @throws WireConnectionError, WireAuthenticationError */
  static async open(options: WireConnectionOptions, events: WireConnectionEvents): Promise<WireConnection> {
    const connection = new WireConnection(options, events);
    try {
      await connection.authenticate();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get member(): string {
    return `${this.options.host}:${this.options.port}`;
  }

  /** Reserves a correlation id whose answer goes to the handler. Encode the request with it, then `flush`. */
  register(handler: ReplyHandler): number {
    const correlation = this.nextCorrelation++;
    const { failure } = this;
    // Whoever is told of the end may ask again at once, before this connection was replaced.
    if (failure) queueMicrotask(() => handler.onError(failure));
    else this.pending.set(correlation, handler);
    return correlation;
  }

  /** The answer is not wanted any more. */
  forget(correlation: number): void {
    this.pending.delete(correlation);
  }

  /** One request outside of the hot path. */
  request<T>(
    encode: (writer: MessageWriter, correlation: number) => void,
    decode: (reader: MessageReader) => T,
  ): Promise<T> {
    return this.ask({ encode, decode: (bytes, start, end) => decode(new MessageReader(bytes, start, end)) }).answer;
  }

  /** One question outside of the hot path, sent at once, whose answer may be waited for in vain. */
  ask<T>({ encode, decode }: WireQuestion<T>): WireAnswer<T> {
    let cancel = (): void => undefined;
    const answer = new Promise<T>((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      const correlation = this.register({
        onReply: (bytes, start, end) => {
          resolve(decode(bytes, start, end));
          return true;
        },
        onError: reject,
      });
      cancel = () => this.forget(correlation);
      encode(this.writer, correlation);
      this.flush();
    });
    return { answer, cancel };
  }

  /** Sends all that was encoded since the last call in one write. */
  flush(): void {
    const { writer } = this;
    if (writer.length === 0 || this.failure) return;
    const sent = writer.bytes;
    this.socket.write(sent.subarray(0, writer.length), () => this.sendBuffers.push(sent));
    writer.reset(this.sendBuffers.pop() ?? Buffer.allocUnsafe(sent.length));
  }

  /** Delivers complete answers in order. Returns false when a handler refused one: it and those behind it wait. */
  dispatch(): boolean {
    if (this.failure) return true;
    try {
      while (this.deliverNext()) if (this.refused) return false;
    } catch (error) {
      this.fail(error instanceof NearscoreError ? error : this.lost(`an answer failed: ${messageOf(error)}`, error));
    }
    // No complete answer is left: what is unread is part of one that must go on arriving, whatever its size.
    this.pacing.taken();
    return true;
  }

  /** Ends the life of all views given to handlers. */
  release(): void {
    this.receive.release();
  }

  close(): void {
    this.failure ??= this.lost('closed by this process');
    this.end(this.failure);
  }

  // ---- opening

  private openSocket(): Socket {
    const { host, port, tls } = this.options;
    if (tls) {
      // Server names are for names; an address is checked against the certificate without one.
      const socket = connectTls({ ...(isIP(host) ? {} : { servername: host }), ...tls, host, port });
      return socket.on('data', (chunk: Buffer) => this.received(chunk, chunk.length));
    }
    // One buffer for all reads: a fresh one per read was a large part of the garbage.
    const onread = {
      buffer: Buffer.allocUnsafe(READ_CHUNK_BYTES),
      callback: (n: number, bytes: Uint8Array) => this.received(bytes, n),
    };
    return connectTcp({ host, port, onread });
  }

  private async authenticate(): Promise<void> {
    const deadline = setTimeout(
      () => this.fail(this.lost(`no answer within ${this.options.connectTimeoutMs} ms`)),
      this.options.connectTimeoutMs,
    );
    try {
      this.socket.write(PROTOCOL_HEADER);
      const { clusterName, clientName } = this.options;
      const clientId = randomBytes(16);
      const reply = await this.request(
        (writer, correlation) => encodeClientAuthentication(writer, correlation, { clusterName, clientName, clientId }),
        decodeClientAuthentication,
      );
      if (reply.status !== 0) throw new WireAuthenticationError(this.member, refusal(reply.status, clusterName));
      ({ memberUuid: this.memberUuid, partitionCount: this.partitionCount, clusterId: this.clusterId } = reply);
      this.heartbeat = setInterval(() => this.beat(), this.options.heartbeatIntervalMs);
    } finally {
      clearTimeout(deadline);
    }
  }

  // ---- receiving

  private received(bytes: Uint8Array, length: number): boolean {
    this.missed = 0;
    const { answers } = this;
    this.receive.append(bytes, length);
    // Until the connection is handed out nobody else can dispatch.
    if (this.heartbeat) this.events.onReadable();
    else this.dispatch();
    this.pacing.came(this.answers - answers);
    this.holdWhenFull();
    return true;
  }

  /** Returns whether there was a message. */
  private deliverNext(): boolean {
    if (this.joined) return this.deliverJoined(this.joined);
    const end = this.receive.messageEnd();
    if (end < 0) return false;
    if (this.receive.isFragment()) {
      this.joined = this.receive.takeFragment(end);
      return true;
    }
    this.refused = !this.deliver(this.receive.bytes, this.receive.messageStart, end);
    if (!this.refused) this.receive.consume(end);
    return true;
  }

  private deliverJoined(message: Buffer): boolean {
    this.refused = !this.deliver(message, 0, message.length);
    if (!this.refused) this.joined = undefined;
    return true;
  }

  private deliver(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < SMALLEST_REPLY_BYTES) throw new MalformedMessageError(`a message of ${end - start} bytes`);
    if (bytes.readUInt16LE(start + 4) & FLAG.event) return true;
    const content = start + FRAME_HEAD_BYTES;
    const correlation = readLong(bytes, content + OFFSET.correlation);
    const handler = this.pending.get(correlation);
    if (!handler) return true;
    if (bytes.readInt32LE(content + OFFSET.type) === EXCEPTION_MESSAGE_TYPE) {
      const error = decodeErrorResponse(new MessageReader(bytes, start, end));
      this.pending.delete(correlation);
      handler.onError(error);
      return true;
    }
    if (!handler.onReply(bytes, start, end)) return false;
    this.pending.delete(correlation);
    this.answers++;
    return true;
  }

  private holdWhenFull(): void {
    if (this.pacing.isHeld || this.receive.unread < this.options.highWaterBytes) return;
    // A message that is itself larger than the mark must go on arriving.
    if (this.refused) this.pacing.hold();
  }

  // ---- ending

  private beat(): void {
    if (this.pacing.isHeld) return;
    if (this.missed > this.options.missedHeartbeats) {
      this.fail(this.lost(`no answer to ${this.options.missedHeartbeats} heartbeats`));
      return;
    }
    // Counted in beats, not in time: a lane that was busy for long has not read the answers that are there already.
    if (this.missed++ > 0) this.ping();
  }

  private ping(): void {
    encodeClientPing(this.writer, this.register({ onReply: () => true, onError: () => undefined }));
    this.flush();
  }

  private lost(reason: string, cause?: unknown): WireConnectionError {
    return new WireConnectionError(this.member, reason, cause);
  }

  private fail(error: NearscoreError): void {
    if (this.failure) return;
    const tooLarge = error instanceof MessageTooLargeError;
    this.failure = tooLarge ? this.lost('an answer was too large', error) : error;
    if (tooLarge) this.tellReceiver(error);
    this.end(this.failure);
    if (this.memberUuid) this.events.onClosed(error);
  }

  /** Whoever asked for the message that is too large must ask for less next time; the others need not. */
  private tellReceiver(error: MessageTooLargeError): void {
    if (error.correlation === undefined) return;
    this.pending.get(error.correlation)?.onError(error);
    this.pending.delete(error.correlation);
  }

  private end(error: NearscoreError): void {
    clearInterval(this.heartbeat);
    this.pacing.end();
    this.socket.destroy();
    const handlers = [...this.pending.values()];
    this.pending.clear();
    for (const handler of handlers) handler.onError(error);
  }
}

function refusal(status: number, clusterName: string): string {
  if (status === 1) return `the cluster is not named ${clusterName}, or it wants credentials`;
  if (status === 2) return 'another serialization version';
  return status === 3 ? 'this client is not allowed' : `status ${status}`;
}
