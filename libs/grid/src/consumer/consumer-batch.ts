import { type JournalEvent } from '../reading/journal-run';
import { type ResetReason } from '../reading/journal-tail';

/** Successive events of one partition. */
export interface ConsumedEvents {
  readonly partition: number;
  readonly events: readonly JournalEvent[];
}

/** Events of one map, of any number of partitions; those of a key are in the order in which they happened. */
export interface ConsumerBatch {
  readonly map: string;
  readonly parts: readonly ConsumedEvents[];
  /** Events in all parts. */
  readonly count: number;
  /**
   * Some of the events may have been handed over before: the handler failed, a consumer died before it stored how far it was,
   * or a member died.
   */
  readonly isRedelivery: boolean;
}

/** The position in these partitions is gone; what follows begins with the oldest event that their journals still hold. */
export interface ConsumerReset {
  readonly map: string;
  /** overflow: events were dropped before they were read. restarted: the grid or the map was emptied and counts anew. */
  readonly reason: ResetReason;
  readonly partitions: readonly number[];
}

/** What a consumer hands over. A promise that rejects gets the same again, after a pause that grows. */
export interface ConsumerHandler {
  batch(batch: ConsumerBatch): Promise<void>;
  /** Before the events that follow. */
  reset(reset: ConsumerReset): Promise<void>;
}

/** What happens to a consumer, for logs. */
export type ConsumerNews =
  /** Another number of partitions, or of consumers in the group. */
  | { readonly kind: 'share'; readonly partitions: number; readonly consumers: number }
  /** Another consumer of the group: its partitions of the maps that only this one consumes are read by nobody. */
  | { readonly kind: 'other-maps'; readonly consumer: string; readonly maps: readonly string[] }
  /** @property from who had not given it back; null: nobody */
  | { readonly kind: 'lease-taken'; readonly partition: number; readonly from: string | null }
  | { readonly kind: 'lease-lost'; readonly partition: number; readonly to: string | null }
  | ({ readonly kind: 'reset' } & ConsumerReset)
  | { readonly kind: 'handler-failed'; readonly map: string; readonly error: unknown }
  | { readonly kind: 'checkpoint-unreadable'; readonly partition: number; readonly error: unknown }
  /** Something cannot be read or written now; it is tried again. */
  | { readonly kind: 'trouble'; readonly error: unknown };
