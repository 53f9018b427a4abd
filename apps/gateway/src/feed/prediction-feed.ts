import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@nearscore/errors';
import {
  GridUnavailableError,
  type JournalEvent,
  type JournalRange,
  type JournalTail,
  type ResetReason,
} from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { encodeEventId } from './event-id.codec';
import { FeedEvent } from './feed-event';
import { clusterHash, type GridStamp, ownersHash, type StampedGrid } from './grid-stamp';
import { type JournalReadings, type Subscription } from './journal-readings';
import { type ReadingSubscriber } from './partition-reading';
import { type FeedReset, type StartPositions } from './start-positions';

const RETRY_MS = 500;
const CATCH_UP_EVENTS = 64;

export interface FeedListener {
  /** The feed stands behind the event already. */
  onEvent(event: FeedEvent): void;
  /** The feed stands behind the gap already. */
  onReset(reset: FeedReset): void;
  /** It is another grid, of which nothing was told yet. */
  onRestart(start: StartPositions): void;
  /** Nothing more comes. */
  onFailed(): void;
}

export interface FeedParts {
  readonly stream: string;
  readonly grid: StampedGrid;
  readonly readings: JournalReadings;
  readonly logger: Logger;
}

/**
 * The predictions of a stream as they come: one reading of every partition's journal, whoever listens. Where it stands is the
 * position of every listener that follows it.
 */
export class PredictionFeed implements ReadingSubscriber {
  private nextSequences: number[] = [];
  private subscriptions: readonly Subscription[] = [];
  private readonly listeners = new Set<FeedListener>();
  private cluster = { id: '', hash: 0 };
  private state: 'following' | 'subscribing' | 'closed' = 'subscribing';

  private constructor(private readonly parts: FeedParts) {}

  /** Rejects when an owner of a partition cannot be asked where its journal ends. */
  static async start(parts: FeedParts): Promise<PredictionFeed> {
    const feed = new PredictionFeed(parts);
    await feed.subscribe();
    return feed;
  }

  /** By partition: the sequence of the next event. */
  get positions(): readonly number[] {
    return this.nextSequences;
  }

  get stamp(): GridStamp {
    return { cluster: this.cluster.hash, owners: ownersHash(this.parts.grid.ownersByPartition) };
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Where the feed stands, but for the partitions of `others`. */
  id(others: ReadonlyMap<number, number> = new Map()): string {
    const positions = [...this.nextSequences];
    for (const [partition, next] of others) positions[partition] = next;
    return encodeEventId({ ...this.stamp, positions });
  }

  /** GridUnavailableError while the grid is started anew. */
  ranges(): Promise<JournalRange[]> {
    if (this.state !== 'following')
      throw new GridUnavailableError('The grid was started anew, and is not followed yet.');
    return this.parts.readings.ranges(this.nextSequences.length);
  }

  join(listener: FeedListener): void {
    this.listeners.add(listener);
  }

  leave(listener: FeedListener): void {
    this.listeners.delete(listener);
  }

  tail(partition: number, from: number): JournalTail {
    return this.parts.readings.tail(partition, from, CATCH_UP_EVENTS);
  }

  /** Undefined when the event is of no prediction. */
  toEvent(partition: number, event: JournalEvent, again: boolean): FeedEvent | undefined {
    const origin = { stream: this.parts.stream, partition, cluster: this.cluster.hash, again };
    return FeedEvent.of(origin, event, () => this.id());
  }

  /** Notices a grid that was started anew before there is an event of it. To be called now and then. */
  look(): void {
    if (this.state === 'following') this.isElsewhere();
  }

  close(): void {
    this.state = 'closed';
    this.unsubscribe();
  }

  onEvent(partition: number, event: JournalEvent): void {
    if (this.state !== 'following' || this.isElsewhere()) return;
    const again = event.sequence < (this.nextSequences[partition] ?? 0);
    if (!again) this.nextSequences[partition] = event.sequence + 1;
    if (this.listeners.size === 0) return;
    const told = this.toEvent(partition, event, again);
    if (told) for (const listener of [...this.listeners]) listener.onEvent(told);
  }

  onReset(partition: number, reason: ResetReason, from: number): void {
    if (this.state !== 'following' || this.isElsewhere()) return;
    this.nextSequences[partition] = from;
    for (const listener of [...this.listeners]) listener.onReset({ reason, partitions: [partition] });
  }

  onFailed(error: unknown): void {
    if (this.isClosed) return;
    this.parts.logger.error({ stream: this.parts.stream, err: error }, 'predictions cannot be followed any more');
    this.close();
    for (const listener of [...this.listeners]) listener.onFailed();
  }

  /** Every partition of a grid that was started anew begins anew; those that are empty would not even say so. */
  private isElsewhere(): boolean {
    const { clusterId } = this.parts.grid.wire;
    if (clusterId === undefined || clusterId === this.cluster.id) return false;
    void this.restart();
    return true;
  }

  private async restart(): Promise<void> {
    const { stream, readings, logger } = this.parts;
    logger.warn({ stream }, 'the grid was started anew: predictions are followed from the oldest that it has');
    const before = this.nextSequences.length;
    this.unsubscribe();
    readings.discard();
    this.state = 'subscribing';
    const oldest = await this.subscribeAgain();
    if (oldest === undefined) return;
    const partitions = [...oldest.keys()];
    const reset: FeedReset = { reason: partitions.length === before ? 'restarted' : 'partitions-changed', partitions };
    for (const listener of [...this.listeners]) listener.onRestart({ positions: oldest, resets: [reset] });
  }

  /** Undefined: it was closed meanwhile. */
  private async subscribeAgain(): Promise<number[] | undefined> {
    const { grid, readings, logger } = this.parts;
    while (!this.isClosed) {
      try {
        const ranges = await readings.ranges(grid.ownersByPartition.length);
        await this.subscribe();
        return ranges.map(({ oldest }) => oldest);
      } catch (error) {
        logger.debug({ reason: messageOf(error) }, 'predictions cannot be followed yet');
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }

  private async subscribe(): Promise<void> {
    const { grid, readings } = this.parts;
    const clusterId = grid.wire.clusterId ?? '';
    const asked = await Promise.allSettled(grid.ownersByPartition.map((_, at) => readings.subscribe(at, this)));
    this.subscriptions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = asked.find((one) => one.status === 'rejected');
    if (refused || this.isClosed) {
      this.unsubscribe();
      throw refused?.reason ?? new GridUnavailableError('The feed was closed.');
    }
    this.cluster = { id: clusterId, hash: clusterHash(clusterId) };
    this.nextSequences = this.subscriptions.map(({ position }) => position);
    this.state = 'following';
  }

  private unsubscribe(): void {
    for (const subscription of this.subscriptions) subscription.end();
    this.subscriptions = [];
  }
}
