import { type NearscoreError } from '@nearscore/errors';
import { type BatchSegment, type RecordBatch } from './record-batch';

/** Which map of a stream a partition scan reads. */
export type ScannedMap = 'records' | 'predictions';

/** Where a scan stands; opaque, given back to the grid for the next page. `undefined` starts a scan. */
export type ScanPosition = readonly (readonly [index: number, size: number])[] | undefined;

/** One page of a partition's entries. Offsets per entry: keyStart, keyEnd, valueStart, valueEnd in `bytes`. */
export interface ScanPage {
  readonly bytes: Buffer;
  readonly offsets: readonly number[];
  /** `undefined`: this was the last page. */
  readonly next: ScanPosition;
}

/** Those of the keys asked for that exist, in any order. Offsets per entry: keyStart, keyEnd, valueStart, valueEnd in `bytes`. */
export interface FoundEntries {
  readonly bytes: Buffer;
  readonly offsets: readonly number[];
}

export type ChannelOperation = 'subscribe' | 'read' | 'scan' | 'look-up' | 'store';

/**
 * One partition of one stream, as a follower sees the grid. Every call is answered by exactly one call of the listener
 * (`store` by as many `onAck` as it says), in any order, possibly much later, never during the call itself.
 * A call that fails is answered by `onFailed`; whether a failed write was done is unknown.
 */
export interface PartitionChannel {
  /** → onSubscribed */
  subscribe(): void;
  /** Waits for events from `start` on. → begin, event …, end */
  read(start: number, max: number): void;
  /** → onPage */
  scan(map: ScannedMap, from: ScanPosition, pageSize: number): void;
  /** Writes the segment's predictions and removals. Returns how many acknowledgements will follow. */
  store(batch: RecordBatch, segment: BatchSegment): number;
  /** Reads entries by key; each key is [start, end) in bytes. → onFound */
  lookUp(map: ScannedMap, bytes: Buffer, keys: readonly (readonly [start: number, end: number])[]): void;
  /** Removes predictions by key; each key is [start, end) in bytes. Returns how many acknowledgements will follow. */
  removePredictions(bytes: Buffer, keys: readonly (readonly [start: number, end: number])[]): number;
  /** No answer reaches the listener from now on. */
  close(): void;
}

/** The follower's side of a channel. Events arrive as begin, event × count, end in one go. */
export interface PartitionListener {
  onSubscribed(oldest: number, newest: number): void;
  /** @returns false when the events cannot be taken now: they are offered again after the lane has made room. */
  begin(count: number, nextSequence: number, bytes: Buffer): boolean;
  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void;
  end(): void;
  /** @returns false like `begin`. */
  onPage(page: ScanPage): boolean;
  /** @returns false like `begin`. */
  onFound(found: FoundEntries): boolean;
  onAck(): void;
  onFailed(operation: ChannelOperation, error: NearscoreError): void;
}

/** @param written false: the condition did not hold, nothing was changed */
export type EntryWritten = (error: NearscoreError | undefined, written: boolean) => void;

/** The grid as the lane's followers need it. */
export interface FollowerGrid {
  openChannel(stream: FollowedStream, partition: number, listener: PartitionListener): PartitionChannel;
  /** Sends what the channels have queued. */
  flush(): void;
  /** Views into received bytes are no longer needed; answers that were refused are offered again. */
  resume(): void;
  /** The partition's entry: its lease and checkpoints. null: there is none. */
  loadEntry(partition: number, done: (error: NearscoreError | undefined, value: Buffer | null) => void): void;
  /** Stores the entry if there is none. After an error it is unknown whether it was stored. */
  createEntry(partition: number, value: Buffer, done: EntryWritten): void;
  /** Stores the entry if the one there is, byte by byte, `expected`. After an error it is unknown whether it was stored. */
  replaceEntry(partition: number, expected: Buffer, value: Buffer, done: EntryWritten): void;
}

/** A stream that a lane follows. */
export interface FollowedStream {
  readonly name: string;
  readonly recordMap: string;
  readonly predictionMap: string;
  /** Stored predictions of an older epoch are made again in the background; missing: they stay. */
  readonly rescoreBefore?: number;
}
