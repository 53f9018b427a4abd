import { type GatewayLimits } from '@nearscore/config';
import { messageOf } from '@nearscore/errors';
import { type Logger } from '@nearscore/logging';
import { type FeedMetrics, type ListenerCounts } from '@nearscore/metrics';
import { type GridConnection } from '../grid/grid-connection';
import { GatewayStoppingError } from '../http/http.errors';
import { type StreamCatalog } from '../streams/stream-catalog';
import { type CloseReason } from './event-text';
import { DispatchTurns } from './dispatch-turns';
import { TooManyListenersError } from './feed.errors';
import { toGridError } from './grid-error';
import { type JournalReadings } from './journal-readings';
import { Listener, type EventSink } from './listener';
import { type ListenRequest } from './listen-request';
import { type PredictionFeed } from './prediction-feed';
import { ReadingSlots } from './reading-slots';
import { type FeedReset, startPositions, type StartPositions } from './start-positions';
import { StreamFeed } from './stream-feed';

const READING_SLOTS = 32;
/** A feed lives on for so long after its last listener: one that reconnects finds it where it was. */
const LINGER_MS = 10_000;
const LOOK_INTERVAL_MS = 1_000;
/** So that one turn of the event loop does not fill what is held for a listener. */
const TURNS_PER_BUFFER = 4;
const MAX_TURN_BYTES = 256 * 1024;

export interface FeedsParts {
  readonly connection: GridConnection;
  readonly catalog: StreamCatalog;
  readonly metrics: FeedMetrics;
  readonly logger: Logger;
  readonly limits: Pick<GatewayLimits, 'maxListeners' | 'maxListenerBytes' | 'listenerHeartbeatMs'>;
}

/** What a listener is connected by. */
export interface ListenerConnection {
  /** Aborted when the listener is gone. */
  readonly gone: AbortSignal;
  /** Begins the answer. Called once, when nothing can be refused any more. @param tooSlow ends the listener */
  open(tooSlow: () => void): EventSink;
}

interface Present {
  readonly stream: string;
  readonly listener: Listener;
  readonly dismiss: (reason?: CloseReason) => void;
}

interface Arrival {
  readonly stream: string;
  readonly request: ListenRequest;
  readonly connection: ListenerConnection;
  readonly feed: PredictionFeed;
  readonly start: StartPositions | undefined;
  readonly leave: () => void;
}

/** All listeners of a gateway. */
export class PredictionFeeds {
  private readonly feeds = new Map<string, StreamFeed>();
  private readonly slots = new ReadingSlots(READING_SLOTS);
  private readonly present = new Set<Present>();
  private readonly turns: DispatchTurns;
  private places = 0;
  private isClosed = false;
  private readonly looking: NodeJS.Timeout;

  constructor(private readonly parts: FeedsParts) {
    this.turns = new DispatchTurns(Math.min(parts.limits.maxListenerBytes / TURNS_PER_BUFFER, MAX_TURN_BYTES));
    this.looking = setInterval(() => this.look(), LOOK_INTERVAL_MS).unref();
    parts.metrics.listenersFrom(() => this.countsByStream());
  }

  /**
   * Tells a listener of a stream's predictions until it is gone. Resolves when it listens. StreamNotFoundError,
   * TooManyListenersError, GridUnavailableError before anything was answered.
   */
  async listen(stream: string, request: ListenRequest, connection: ListenerConnection): Promise<void> {
    const { predictionMap } = (await this.parts.catalog.get(stream)).deployment;
    const { maxListeners } = this.parts.limits;
    if (this.places >= maxListeners) throw new TooManyListenersError(maxListeners);
    this.places++;
    const free: (() => void)[] = [() => this.places--];
    const leave = (): void => free.splice(0).forEach((step) => step());
    try {
      const streamFeed = await this.feedOf(stream, predictionMap);
      free.push(() => streamFeed.leave());
      const feed = await streamFeed.enter();
      const start = await startOf(request, feed);
      if (this.isClosed) throw new GatewayStoppingError();
      if (connection.gone.aborted) leave();
      else this.begin({ stream, request, connection, feed, start, leave });
    } catch (error) {
      leave();
      throw toGridError(error);
    }
  }

  /** The journals of a stream's predictions, as they are read here for everyone. */
  async readingsOf(stream: string): Promise<JournalReadings> {
    const { predictionMap } = (await this.parts.catalog.get(stream)).deployment;
    return (await this.feedOf(stream, predictionMap)).readings;
  }

  /** Tells all listeners why, and ends them. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.looking);
    for (const { dismiss } of [...this.present]) dismiss('shutdown');
    for (const feed of this.feeds.values()) feed.close();
  }

  private begin({ stream, request, connection, feed, start, leave }: Arrival): void {
    const { metrics, logger, limits } = this.parts;
    const since = performance.now();
    const { gone } = connection;
    const dismiss = (reason?: CloseReason): void => {
      if (!this.present.delete(present)) return;
      clearInterval(heartbeat);
      listener.end(reason);
      leave();
      const ending = reason ?? (gone.aborted ? 'left' : 'failed');
      metrics.listenerEnded(stream, ending);
      logger.info({ stream, reason: ending, seconds: (performance.now() - since) / 1000 }, 'a listener ended');
    };
    const sink = connection.open(() => dismiss('slow-reader'));
    const told = {
      sent: () => metrics.eventSent(stream),
      reset: ({ reason }: FeedReset) => metrics.resetTold(stream, reason),
    };
    const failed = (error: unknown): void => {
      logger.warn({ stream, reason: messageOf(error) }, 'a listener cannot be told more');
      dismiss();
    };
    const listener = new Listener({ feed, request, sink, slots: this.slots, told, failed });
    const present: Present = { stream, listener, dismiss };
    this.present.add(present);
    const heartbeat = setInterval(() => listener.heartbeat(), limits.listenerHeartbeatMs);
    gone.addEventListener('abort', () => dismiss(), { once: true });
    listener.begin(start);
  }

  private async feedOf(stream: string, predictionMap: string): Promise<StreamFeed> {
    const grid = await this.parts.connection.session().access();
    const known = this.feeds.get(stream);
    if (known !== undefined) return known;
    const { turns, parts } = this;
    const feed = new StreamFeed({ stream, predictionMap, grid, turns, logger: parts.logger, lingerMs: LINGER_MS });
    this.feeds.set(stream, feed);
    return feed;
  }

  private look(): void {
    for (const feed of this.feeds.values()) feed.look();
    const streams = new Set(this.parts.catalog.names());
    for (const { stream, dismiss } of [...this.present]) if (!streams.has(stream)) dismiss('stream-removed');
  }

  private countsByStream(): Map<string, ListenerCounts> {
    const present = [...this.present];
    return new Map(
      [...this.feeds].map(([stream, { readings }]) => {
        const listeners = present.filter((one) => one.stream === stream);
        const catchingUp = listeners.filter(({ listener }) => listener.isBehind).length;
        return [stream, { listeners: listeners.length, catchingUp, followedJournals: readings.size }];
      }),
    );
  }
}

async function startOf({ start }: ListenRequest, feed: PredictionFeed): Promise<StartPositions | undefined> {
  if (start === 'newest') return undefined;
  const ranges = await feed.ranges();
  return startPositions(start, feed.stamp, ranges);
}
