import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import {
  type FollowedStream,
  type FollowerPorts,
  JournalFollower,
  type JournalFollowerOptions,
  type LeaseStatus,
  type MemberAddress,
  type PartitionTenure,
  type RecordBatch,
  ShadowMap,
  type StreamStatus,
  systemClock,
  WireGrid,
  type WireGridEvents,
  type WireConnectionOptions,
  type SchemaReply,
  type RetryRequest,
} from '@nearscore/grid';
import { matchingPattern } from './event-pattern';
import { NoHandlerError } from './grid-transport.errors';
import { settled } from './handler-result';

export interface LaneServerOptions {
  readonly connection: Omit<WireConnectionOptions, 'host' | 'port'>;
  readonly follower: JournalFollowerOptions;
  readonly identity: FollowerPorts['identity'];
  readonly park: FollowerPorts['park'];
  readonly unparked?: FollowerPorts['unparked'];
  readonly isLocal: FollowerPorts['isLocal'];
  readonly observe?: FollowerPorts['observe'];
  readonly news?: FollowerPorts['news'];
  readonly leaseNews?: FollowerPorts['leaseNews'];
  readonly checkpointUnreadable?: FollowerPorts['checkpointUnreadable'];
  readonly events?: Omit<WireGridEvents, 'onDelivered'>;
}

/** What a handler finds in `@Ctx()`. */
export interface LaneContext {
  readonly stream: string;
}

/** The shadow predictions of a stream, as a lane writes them. */
export interface LaneShadow {
  /** Undefined while the lane does not follow the partition: nothing may be written there. */
  tenureOf(partition: number): PartitionTenure | undefined;
  /**
   * Sends the batch's predictions, also without a lease: who calls looks at the tenures right before. To be called when the
   * batch before is settled. Rejects when some could not be written; whether they were is unknown then.
   */
  store(batch: RecordBatch): Promise<void>;
  close(): void;
}

type EventHandler = (batch: RecordBatch, context: LaneContext) => Promise<unknown>;

/**
 * A Nest transport whose messages are batches of journal events: `@EventPattern('features.*')` gets a RecordBatch whose views
 * are valid until the handler's promise settles. A handler that rejects gets the same events again. Of several patterns
 * the exact one is taken, or else the longest.
 */
export class LaneServer extends Server implements CustomTransportStrategy {
  private readonly grid: WireGrid;
  private readonly follower: JournalFollower;
  private owners: readonly (string | undefined)[] = [];
  private readonly resolved = new Map<string, EventHandler>();
  private readonly shadows = new Map<string, ShadowMap>();
  private readonly shadowWrites = new Set<Promise<unknown>>();

  constructor(options: LaneServerOptions) {
    super();
    this.grid = new WireGrid(options.connection, {
      ...options.events,
      onDelivered: (refused) => this.follower.onDelivered(refused),
      onTrouble: (member, error) => {
        options.events?.onTrouble?.(member, error);
        this.connectionLost(member);
      },
    });
    this.follower = new JournalFollower(
      { ...options, grid: this.grid, clock: systemClock, handle: (batch) => this.hand(batch) },
      options.follower,
    );
  }

  /** Nothing is followed until `follow` says what. */
  listen(callback: () => void): void {
    callback();
  }

  /**
   * The members to reach and which of them owns which partition now.
   *
   * @param owners member uuids of the whole partition table; undefined while a partition has no known owner
   * @param served the partitions that `follow` names: their owners are connected to before it is called
   */
  route(members: readonly MemberAddress[], owners: readonly (string | undefined)[], served: readonly number[]): void {
    this.grid.route(members, owners, served);
    const before = this.owners;
    this.owners = owners;
    this.follower.ownersChanged(served.filter((partition) => before[partition] !== owners[partition]));
  }

  /** Follows exactly these partitions of these streams from now on. */
  follow(streams: readonly FollowedStream[], partitions: readonly number[]): void {
    this.follower.follow(streams, partitions);
  }

  /** Compares all records with their predictions soon: something else than the journals may have changed them. */
  auditSoon(): void {
    this.follower.auditSoon();
  }

  /** Scores a parked record again if its partition is followed here; the request is answered in any case. */
  retry(stream: string, partition: number, request: RetryRequest): void {
    this.follower.retry(stream, partition, request);
  }

  /**
   * Resolves when every row that was handed to a handler before the call is stored, parked or given up: nothing that the
   * handlers made until now is written later, nor what was given to a shadow. What is read meanwhile is not waited for.
   */
  async settled(): Promise<void> {
    await Promise.all([this.follower.settled(), ...this.shadowWrites]);
  }

  /** Whether a batch is with its handler: whatever may wait is not begun now. */
  get isScoring(): boolean {
    return this.follower.isScoring;
  }

  /**
   * Lets a second prediction be kept of a stream's records, in a map of its own. What is removed from the stream's
   * predictions is removed from there too, while it is open. Of two that were opened for a stream the second counts.
   */
  openShadow(stream: FollowedStream, map: string): LaneShadow {
    const shadow = new ShadowMap(this.grid, map);
    this.grid.shadow(stream.predictionMap, map);
    this.shadows.set(stream.name, shadow);
    return {
      tenureOf: (partition) => this.follower.tenureOf(stream.name, partition),
      store: (batch) => this.storeShadow(shadow, batch),
      close: () => {
        shadow.close();
        if (this.shadows.get(stream.name) !== shadow) return;
        this.shadows.delete(stream.name);
        this.grid.shadow(stream.predictionMap, undefined);
      },
    };
  }

  leases(): LeaseStatus {
    return this.follower.leases();
  }

  /** Progress and lag of every stream followed since the start. */
  streams(): Map<string, StreamStatus> {
    return this.follower.status();
  }

  get checkpointsWritten(): number {
    return this.follower.checkpointsWritten;
  }

  /** A Compact schema by its id, or null when the grid does not know it. */
  fetchSchema(schemaId: bigint): Promise<SchemaReply | null> {
    return this.grid.fetchSchema(schemaId);
  }

  /** Finishes the batches in flight and writes the checkpoints before the connections close. */
  async close(): Promise<void> {
    await this.follower.stop();
    this.grid.close();
  }

  on(): never {
    throw new Error('LaneServer has no events of its own: use streams()');
  }

  unwrap<T>(): T {
    return this.follower as T;
  }

  private storeShadow(shadow: ShadowMap, batch: RecordBatch): Promise<void> {
    const stored = shadow.store(batch);
    const answered: Promise<unknown> = stored.then(ignore, ignore).then(() => this.shadowWrites.delete(answered));
    this.shadowWrites.add(answered);
    return stored;
  }

  private connectionLost({ uuid }: MemberAddress): void {
    this.follower.ownersChanged(this.owners.flatMap((owner, partition) => (owner === uuid ? [partition] : [])));
  }

  private async hand(batch: RecordBatch): Promise<void> {
    const pattern = `features.${batch.stream}`;
    await settled(this.handlerOf(pattern)(batch, { stream: batch.stream }));
  }

  private handlerOf(pattern: string): EventHandler {
    let handler = this.resolved.get(pattern);
    if (!handler) {
      handler = this.findHandler(pattern);
      this.resolved.set(pattern, handler);
    }
    return handler;
  }

  private findHandler(pattern: string): EventHandler {
    const handlers = [...this.getHandlers()].filter(([, handler]) => handler.isEventHandler);
    const found = matchingPattern(
      handlers.map(([registered]) => registered),
      pattern,
    );
    if (found === undefined) throw new NoHandlerError(pattern);
    return this.getHandlerByPattern(found) as EventHandler;
  }
}

function ignore(): void {
  return undefined;
}
