import { createServer, type Server, type Socket } from 'node:net';
import { wireMessageEnd, wireReply } from './wire-message';

export const FAKE_MEMBER_UUID = '00000000-0000-0001-0000-000000000002';
export const FAKE_PARTITION_COUNT = 7;

const PROTOCOL_HEADER_BYTES = 3;
const TYPE = { authentication: 0x000100, ping: 0x000b00 };

export interface FakeRequest {
  readonly type: number;
  readonly correlation: number;
  readonly partition: number;
  /** The whole message, frame heads included. */
  readonly bytes: Buffer;
}

/** The member's end of one connection. */
export interface FakeConnection {
  readonly socket: Socket;
  /** All that came on this connection, in order. */
  readonly requests: readonly FakeRequest[];
  /** Any bytes: answers, garbage, halves of something. */
  send(bytes: Buffer): void;
}

/** What a fake member does when a request comes; nothing for requests that the script does not name. */
export type FakeScript = Readonly<Record<number, (request: FakeRequest, connection: FakeConnection) => void>>;

export interface FakeMember {
  readonly host: string;
  readonly port: number;
  /** All that were ever made, in order. */
  readonly connections: readonly FakeConnection[];
  /** Ends the connections that are open now; new ones are taken. */
  dropConnections(): void;
  /** Nothing is answered from now on, and nothing is closed. */
  fallSilent(): void;
  stop(): Promise<void>;
}

/** Answers that a member gives when a script does not say otherwise: authenticated, and alive. */
const POLITE: FakeScript = {
  [TYPE.authentication]: ({ correlation }, connection) => connection.send(acceptedAuthentication(correlation)),
  [TYPE.ping]: ({ type, correlation }, connection) => connection.send(wireReply(type + 1, correlation)),
};

/**
 * A TCP server on loopback that speaks just enough of the client protocol to be scripted. Stop it in `afterEach`.
 *
 * @param wantedPort default: a free one
 */
export async function startFakeMember(script: FakeScript = {}, wantedPort = 0): Promise<FakeMember> {
  const connections: ScriptedConnection[] = [];
  const actions = { ...POLITE, ...script };
  const server = createServer((socket) => connections.push(new ScriptedConnection(socket, actions)));
  const port = await listen(server, wantedPort);
  const dropConnections = () => connections.forEach(({ socket }) => socket.destroy());
  return {
    host: '127.0.0.1',
    port,
    connections,
    dropConnections,
    fallSilent: () => connections.forEach((connection) => connection.fallSilent()),
    stop: async () => {
      dropConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class ScriptedConnection implements FakeConnection {
  readonly requests: FakeRequest[] = [];
  private received: Buffer = Buffer.alloc(0);
  private greeted = false;
  private silent = false;

  constructor(
    readonly socket: Socket,
    private readonly script: FakeScript,
  ) {
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', () => socket.destroy());
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  fallSilent(): void {
    this.silent = true;
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    if (!this.greeted && this.received.length < PROTOCOL_HEADER_BYTES) return;
    if (!this.greeted) this.received = this.received.subarray(PROTOCOL_HEADER_BYTES);
    this.greeted = true;
    for (let end = wireMessageEnd(this.received); end > 0; end = wireMessageEnd(this.received)) {
      const bytes = Buffer.from(this.received.subarray(0, end));
      this.received = this.received.subarray(end);
      this.answer(bytes);
    }
  }

  private answer(bytes: Buffer): void {
    const request = {
      type: bytes.readInt32LE(6),
      correlation: Number(bytes.readBigInt64LE(10)),
      partition: bytes.readInt32LE(18),
      bytes,
    };
    this.requests.push(request);
    if (!this.silent) this.script[request.type]?.(request, this);
  }
}

function acceptedAuthentication(correlation: number): Buffer {
  const fields = Buffer.alloc(41);
  fields.writeBigInt64LE(1n, 2);
  fields.writeBigInt64LE(2n, 10);
  fields.writeUInt8(1, 18);
  fields.writeInt32LE(FAKE_PARTITION_COUNT, 19);
  const NULL = 0x0400;
  return wireReply(TYPE.authentication + 1, correlation, fields, [{ flags: NULL }, { content: Buffer.from('5.7.0') }]);
}

function listen(server: Server, wantedPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wantedPort, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
