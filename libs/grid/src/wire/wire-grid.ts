import { type NearscoreError } from '@nearscore/errors';
import {
  type EntryWritten,
  type FollowedStream,
  type FollowerGrid,
  type PartitionChannel,
  type PartitionListener,
} from '../journal/partition-channel';
import { checkpointKey } from './checkpoint-key';
import { type MemberAddress, MemberLink } from './member-link';
import { MessageReader } from './message-reader';
import {
  decodeClientFetchSchema,
  encodeClientFetchSchema,
  type SchemaReply,
} from './messages/client-fetch-schema.codec';
import { decodeMapGet, encodeMapGet } from './messages/map-get.codec';
import { decodeMapPutIfAbsent, encodeMapPutIfAbsent } from './messages/map-put-if-absent.codec';
import { decodeMapReplaceIfSame, encodeMapReplaceIfSame } from './messages/map-replace-if-same.codec';
import { OwnerLinks } from './owner-links';
import { requestOnce } from './request-once';
import {
  type ReplyHandler,
  type WireAnswer,
  type WireConnection,
  type WireConnectionOptions,
  type WireQuestion,
} from './wire-connection';
import { type ChannelPorts, WirePartitionChannel } from './wire-partition-channel';
import { WireConnectionError } from './wire.errors';

export const CHECKPOINT_MAP = 'nearscore.checkpoints';

const FLUSH_DELAY_MS = 1;

export interface WireGridEvents {
  /**
   * All that had come was delivered, or refused for want of room.
   *
   * @returns whether views into what was delivered are in use: `flush` and `resume` must follow. False: nobody looks at it
   * any more.
   */
  onDelivered(refused: boolean): boolean;
  onConnected?(member: MemberAddress): void;
  onTrouble?(member: MemberAddress, error: NearscoreError): void;
}

export interface WireGridOptions extends Omit<WireConnectionOptions, 'host' | 'port'> {
  /** The map of leases and checkpoints. Default: CHECKPOINT_MAP, that of the lanes. */
  readonly checkpointMap?: string;
}

/** The grid over lean connections: one to each member that owns a partition that is served or written to. */
export class WireGrid implements FollowerGrid {
  private readonly links = new OwnerLinks((member) => this.link(member));
  private readonly checkpointMap: Buffer;
  private readonly checkpointKeys = new Map<number, Buffer>();
  private readonly shadows = new Map<string, Buffer>();
  private readonly channelPorts: ChannelPorts = {
    connectionOf: (partition) => this.links.connectionOf(partition),
    shadowOf: (predictionMap) => this.shadows.get(predictionMap),
  };
  private flushTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: WireGridOptions,
    private readonly events: WireGridEvents,
  ) {
    this.checkpointMap = Buffer.from(options.checkpointMap ?? CHECKPOINT_MAP);
  }

  /**
   * Which member owns which partition now.
   *
   * @param owners member uuids of the whole partition table; undefined while a partition has no known owner
   * @param served the partitions that are followed here: their owners are connected to at once, others when first needed
   */
  route(members: readonly MemberAddress[], owners: readonly (string | undefined)[], served: readonly number[]): void {
    this.links.route(members, owners, served);
  }

  openChannel(stream: FollowedStream, partition: number, listener: PartitionListener): PartitionChannel {
    return new WirePartitionChannel(stream, partition, this.channelPorts, listener);
  }

  /**
   * From now on, whatever is removed from a prediction map is removed from its shadow too, before that is acknowledged.
   *
   * @param shadowMap undefined: it has none any more
   */
  shadow(predictionMap: string, shadowMap: string | undefined): void {
    if (shadowMap === undefined) this.shadows.delete(predictionMap);
    else this.shadows.set(predictionMap, Buffer.from(shadowMap));
  }

  flush(): void {
    for (const { connection } of this.links.all()) connection?.flush();
  }

  resume(): void {
    const connections = [...this.links.all()].flatMap(({ connection }) => connection ?? []);
    for (const connection of connections) connection.release();
    this.deliver(connections);
  }

  loadEntry(partition: number, done: (error: NearscoreError | undefined, value: Buffer | null) => void): void {
    this.withCheckpointKey(partition, {
      encode: (connection, key) => {
        const correlation = connection.register({
          onReply: (bytes, start, end) => {
            done(undefined, decodeMapGet(new MessageReader(bytes, start, end)));
            return true;
          },
          onError: (error) => done(error, null),
        });
        encodeMapGet(connection.writer, correlation, partition, this.checkpointMap, key);
      },
      fail: (error) => done(error, null),
    });
  }

  createEntry(partition: number, value: Buffer, done: EntryWritten): void {
    this.withCheckpointKey(partition, {
      encode: (connection, key) => {
        const correlation = connection.register(writtenHandler(decodeMapPutIfAbsent, done));
        encodeMapPutIfAbsent(connection.writer, correlation, partition, this.checkpointMap, { key, value });
      },
      fail: (error) => done(error, false),
    });
  }

  replaceEntry(partition: number, expected: Buffer, value: Buffer, done: EntryWritten): void {
    this.withCheckpointKey(partition, {
      encode: (connection, key) => {
        const correlation = connection.register(writtenHandler(decodeMapReplaceIfSame, done));
        const entry = { key, expected, value };
        encodeMapReplaceIfSame(connection.writer, correlation, partition, this.checkpointMap, entry);
      },
      fail: (error) => done(error, false),
    });
  }

  /**
   * A Compact schema by its id, or null when the grid does not know it. Asked on a connection of its own: on the lane's,
   * the answer would wait behind readings that cannot be taken while the batch that needs the schema is being decoded.
   *
   * @throws WireConnectionError, MemberError
   */
  async fetchSchema(schemaId: bigint): Promise<SchemaReply | null> {
    const [link] = this.links.all();
    if (!link) throw new WireConnectionError('any', 'not connected');
    const { host, port } = link.member;
    return requestOnce(
      { ...this.options, host, port },
      (writer, correlation) => encodeClientFetchSchema(writer, correlation, schemaId),
      decodeClientFetchSchema,
    );
  }

  /** One question to the owner of a partition, sent at once. */
  ask<T>(partition: number, question: WireQuestion<T>): WireAnswer<T> {
    const connection = this.links.connectionOf(partition);
    if (connection) return connection.ask(question);
    const error = new WireConnectionError(`of partition ${partition}`, 'not connected');
    return { answer: Promise.reject(error), cancel: () => undefined };
  }

  /** Whether every partition's owner is connected to. */
  isRouted(owners: readonly (string | undefined)[]): boolean {
    return owners.every((_, partition) => this.links.connectionOf(partition) !== undefined);
  }

  /** The grid's own id, which changes when all its members were started anew; undefined before anything is connected. */
  get clusterId(): string | undefined {
    for (const { connection } of this.links.all()) if (connection) return connection.clusterId;
    return undefined;
  }

  close(): void {
    clearTimeout(this.flushTimer);
    this.links.close();
  }

  private link(member: MemberAddress): MemberLink {
    return new MemberLink(member, this.options, {
      onReadable: (connection) => this.deliver([connection]),
      onConnected: () => this.events.onConnected?.(member),
      onTrouble: (_, error) => this.events.onTrouble?.(member, error),
    });
  }

  private deliver(connections: readonly WireConnection[]): void {
    let refused = false;
    for (const connection of connections) if (!connection.dispatch()) refused = true;
    // A batch that begins now ends with a flush: its writes and the readings asked for here leave in one socket write.
    if (this.events.onDelivered(refused)) return;
    this.flushSoon();
    for (const connection of connections) connection.release();
  }

  /**
   * Acknowledgements of a batch trickle in, and each asks for a reading: those of a millisecond leave in one write, which
   * was a third of a lane's time. Polls that wait already are not touched, so a record that comes alone is no later.
   */
  private flushSoon(): void {
    if (this.flushTimer || !this.hasUnsent()) return;
    this.flushTimer = setTimeout(() => {
      this.flushTimer = undefined;
      this.flush();
    }, FLUSH_DELAY_MS);
  }

  /** A timer for nothing would wake the lane once more for every batch. */
  private hasUnsent(): boolean {
    for (const { connection } of this.links.all()) if (connection && connection.writer.length > 0) return true;
    return false;
  }

  private withCheckpointKey(
    partition: number,
    use: { encode: (connection: WireConnection, key: Buffer) => void; fail: (error: NearscoreError) => void },
  ): void {
    const connection = this.links.connectionOf(partition);
    if (connection) return use.encode(connection, this.checkpointKeyOf(partition, connection.partitionCount));
    queueMicrotask(() => use.fail(new WireConnectionError(`of partition ${partition}`, 'not connected')));
  }

  private checkpointKeyOf(partition: number, partitionCount: number): Buffer {
    const known = this.checkpointKeys.get(partition);
    if (known) return known;
    const key = checkpointKey(partition, partitionCount);
    this.checkpointKeys.set(partition, key);
    return key;
  }
}

function writtenHandler(decode: (reader: MessageReader) => boolean, done: EntryWritten): ReplyHandler {
  return {
    onReply: (bytes, start, end) => {
      done(undefined, decode(new MessageReader(bytes, start, end)));
      return true;
    },
    onError: (error) => done(error, false),
  };
}
