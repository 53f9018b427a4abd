import { type NearscoreError } from '@nearscore/errors';
import {
  type EntryWritten,
  type FollowedStream,
  type FollowerGrid,
  type PartitionChannel,
  type PartitionListener,
} from '@nearscore/grid';
import { type SimThread } from '../engine/sim-thread';
import { type World } from '../engine/world';
import { type GridObserver } from './grid-observer';
import { type Call, type CallName, type Performed } from './call';
import { writeEntry } from './entry-call';
import { connectionLost } from './grid-errors';
import { type ReplyBytes } from './reply-bytes';
import { type Replica } from './replica';
import { type SimCluster } from './sim-cluster';
import { type Latency, SimConnection } from './sim-connection';
import { SimPartitionChannel } from './sim-partition-channel';
import { type WriteHistory } from './writes';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

export interface LaneGridParts {
  readonly world: World;
  readonly cluster: SimCluster;
  readonly history: WriteHistory;
  readonly observer: GridObserver;
  readonly thread: SimThread;
  /** The lane's id, as it names itself in leases. */
  readonly lane: string;
  readonly latency: Latency;
  readonly streams: readonly FollowedStream[];
  /** For how long the process is stopped between making and sending its messages; 0: not. */
  readonly stallMs: (calls: readonly Call[]) => number;
  readonly onDelivered: (refused: boolean) => boolean;
  /** A connection ended: what was read over it may be unknown to the member that owns these partitions next. */
  readonly onTrouble: (partitions: readonly number[]) => void;
}

interface MemberLink {
  connection: SimConnection | undefined;
  retryMs: number;
  outbox: Call[];
}

/** The grid as a lane has it over its lean connections: routed by its own view of the table, which may be old. */
export class SimLaneGrid implements FollowerGrid {
  private readonly links = new Map<string, MemberLink>();
  private owners: readonly (string | undefined)[] = [];
  private views: ReplyBytes[] = [];

  constructor(readonly parts: LaneGridParts) {}

  /** Who owns what, as the node believes. */
  route(members: readonly string[], owners: readonly (string | undefined)[]): void {
    this.owners = owners;
    for (const [id, link] of this.links) {
      if (members.includes(id)) continue;
      this.links.delete(id);
      link.connection?.close();
    }
  }

  get connections(): SimConnection[] {
    return [...this.links.values()].flatMap(({ connection }) => connection ?? []);
  }

  openChannel(stream: FollowedStream, partition: number, listener: PartitionListener): PartitionChannel {
    const index = this.parts.streams.findIndex(({ name }) => name === stream.name);
    return new SimPartitionChannel(this, index, partition, listener);
  }

  /** Queues the call; returns the connection it will be sent by. */
  queue(call: Call): SimConnection | undefined {
    const link = this.linkOf(call.partition);
    if (link?.connection) {
      link.outbox.push(call);
      return link.connection;
    }
    this.parts.world.after(0, () => this.parts.thread.run(() => call.onError(connectionLost('of the partition'))));
    return undefined;
  }

  makeCall(
    name: CallName,
    partition: number,
    perform: (replica: Replica, call: Call) => Performed | undefined,
    on: Pick<Call, 'onAnswer' | 'onError' | 'stream'>,
  ): Call {
    const { thread, lane } = this.parts;
    const call: Call = {
      name,
      partition,
      sender: lane,
      sentAt: thread.now(),
      stalled: false,
      perform: (replica) => perform(replica, call),
      ...on,
    };
    return call;
  }

  flush(): void {
    const links = [...this.links.values()].filter(({ outbox }) => outbox.length > 0);
    if (links.length === 0) return;
    this.stall(links.flatMap(({ outbox }) => outbox));
    for (const link of links) link.connection?.send(link.outbox.splice(0));
  }

  /** The process may be stopped just before its bytes reach the sockets. */
  private stall(calls: readonly Call[]): void {
    const { thread, world } = this.parts;
    const ms = this.parts.stallMs(calls);
    if (ms === 0) return;
    world.note('STALL', thread.name, Math.round(ms));
    thread.pause(ms);
    for (const call of calls) call.stalled = true;
  }

  resume(): void {
    this.endViews();
    this.deliver(this.connections);
  }

  loadEntry(partition: number, done: (error: NearscoreError | undefined, value: Buffer | null) => void): void {
    const perform = (replica: Replica): Performed => ({ answer: replica.entry?.bytes ?? null });
    this.queue(
      this.makeCall('load', partition, perform, {
        onAnswer: (answer) => (done(undefined, answer as Buffer | null), true),
        onError: (error) => done(error, null),
      }),
    );
  }

  createEntry(partition: number, value: Buffer, done: EntryWritten): void {
    this.writeEntry('create', partition, null, value, done);
  }

  replaceEntry(partition: number, expected: Buffer, value: Buffer, done: EntryWritten): void {
    this.writeEntry('replace', partition, Buffer.from(expected), value, done);
  }

  private writeEntry(
    name: 'create' | 'replace',
    partition: number,
    expected: Buffer | null,
    value: Buffer,
    done: EntryWritten,
  ): void {
    const copy = Buffer.from(value);
    const perform = (replica: Replica, call: Call): Performed =>
      writeEntry(replica, call, expected, copy, this.parts.observer);
    this.queue(
      this.makeCall(name, partition, perform, {
        onAnswer: (answer) => (done(undefined, answer === true), true),
        onError: (error) => done(error, false),
      }),
    );
  }

  keepView(view: ReplyBytes): Buffer {
    this.views.push(view);
    return view.bytes;
  }

  /** The lane is gone: what it had sent is on its way, what it had not is not. */
  abandon(): void {
    for (const { connection } of this.links.values()) connection?.close();
    this.links.clear();
  }

  // ---- connections

  private linkOf(partition: number): MemberLink | undefined {
    const owner = this.owners[partition];
    if (owner === undefined) return undefined;
    const known = this.links.get(owner);
    if (known) return known;
    const link: MemberLink = { connection: undefined, retryMs: FIRST_RETRY_MS, outbox: [] };
    this.links.set(owner, link);
    this.connectLater(owner, link, 0);
    return link;
  }

  /** A connection takes a few round trips to be made. */
  private connectLater(memberId: string, link: MemberLink, delayMs: number): void {
    const { thread, latency } = this.parts;
    thread.after(delayMs + 4 * latency(), () => {
      if (this.links.get(memberId) === link) this.connect(memberId, link);
    });
  }

  private connect(memberId: string, link: MemberLink): void {
    const { world, cluster, thread, latency } = this.parts;
    const member = cluster.members.get(memberId);
    if (!member?.alive) {
      link.retryMs = Math.min(link.retryMs * 2, LONGEST_RETRY_MS);
      return this.connectLater(memberId, link, link.retryMs);
    }
    link.retryMs = FIRST_RETRY_MS;
    link.connection = new SimConnection(world, cluster, thread, member, latency, {
      onReadable: (connection) => this.deliver([connection]),
      onClosed: () => {
        const unsent = link.outbox.splice(0);
        link.connection = undefined;
        for (const call of unsent) call.onError(connectionLost(memberId));
        this.parts.onTrouble(this.owners.flatMap((owner, partition) => (owner === memberId ? [partition] : [])));
        this.connectLater(memberId, link, link.retryMs);
      },
    });
  }

  private deliver(connections: readonly SimConnection[]): void {
    let refused = false;
    for (const connection of connections) if (!connection.dispatch()) refused = true;
    if (this.parts.onDelivered(refused)) return;
    this.flush();
    this.endViews();
  }

  private endViews(): void {
    for (const view of this.views.splice(0)) view.end();
  }
}
