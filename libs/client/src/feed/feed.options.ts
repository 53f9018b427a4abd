import { type NearscoreError } from '../client.errors';

/** The position is gone: events may be missing before those that follow, which begin with the oldest that is kept. */
export interface FeedReset {
  /**
   * `overflow`: the journal has overwritten them; `restarted`: the grid was started anew; `partitions-changed`: the
   * position is of another grid.
   */
  readonly reason: 'overflow' | 'restarted' | 'partitions-changed' | (string & {});
  readonly partitions: readonly number[];
}

export interface FeedDisconnect {
  /** undefined: the gateway has closed the connection by a word of its own (`reason`) */
  readonly error: NearscoreError | undefined;
  /** Of the gateway: `slow-reader`, `shutdown`, `stream-removed`. */
  readonly reason: string | undefined;
  /** Tries in a row that brought no event. */
  readonly tries: number;
  readonly retryInMs: number;
}

export interface FeedOptions<TLabel extends string = string> {
  /** Where to begin without a position: what comes from now on, or with the oldest that the journal keeps. Default newest. */
  readonly from?: 'newest' | 'oldest';
  /** The `lastEventId` of the last event that was dealt with. Any gateway of the cluster goes on behind it. */
  readonly lastEventId?: string;
  /** Only predictions with one of these labels. */
  readonly label?: TLabel | readonly TLabel[];
  /** Only predictions with this score or more. */
  readonly minScore?: number;
  /** Only keys that begin so. */
  readonly keyPrefix?: string;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Each time that a connection stands: what is written from then on will be told. */
  readonly onOpen?: () => void;
  /** Told between the events before and behind the gap. */
  readonly onReset?: (reset: FeedReset) => void;
  /** Told before each wait for a new connection. */
  readonly onDisconnect?: (disconnect: FeedDisconnect) => void;
  /** A connection without a byte for so long is dead. Default 45,000: three heartbeats. */
  readonly heartbeatTimeoutMs?: number;
  /** Tries in a row without an event before the iteration throws. Default Infinity. */
  readonly maxTries?: number;
}
