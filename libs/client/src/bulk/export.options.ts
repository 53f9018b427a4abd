import { type ApiErrorFields } from '../client.errors';
import { type ListenedKey } from '../stream/prediction';

export interface ExportedPartition {
  readonly partition: number;
  readonly entries: number;
  /** Hand it to another export as `cursor` to go on behind this partition. */
  readonly cursor: string;
}

export interface ExportEnd {
  /** Of the last connection of the export. */
  readonly entries: number;
  /**
   * Of predictions: listen with it, and nothing that was stored since the export began is missed; it may be told again.
   */
  readonly lastEventId?: string;
}

/** A value that is no record, or no prediction: something else was written into the map. */
export interface UnreadableEntry extends ListenedKey {
  readonly partition: number;
  readonly error: Pick<ApiErrorFields, 'code' | 'message'>;
}

export interface ExportOptions {
  /** Where an export that was broken off goes on: the cursor of its last whole partition. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
  /** Told of each entry that cannot be read, and the export goes on; without it the export throws. */
  readonly onUnreadable?: (entry: UnreadableEntry) => void;
  /** Told behind the last entry of each partition. */
  readonly onPartition?: (partition: ExportedPartition) => void;
  /** Told behind the last entry of all. */
  readonly onEnd?: (end: ExportEnd) => void;
}
