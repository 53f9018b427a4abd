import { NearscoreError } from '@nearscore/errors';
import { type ScanPosition } from '../journal/partition-channel';
import { MessageReader } from '../wire/message-reader';
import {
  decodeMapEventJournalSubscribe,
  encodeMapEventJournalSubscribe,
} from '../wire/messages/map-event-journal-subscribe.codec';
import { decodeMapEventJournalRead, encodeMapEventJournalRead } from '../wire/messages/map-event-journal-read.codec';
import {
  decodeMapFetchEntries,
  encodeMapFetchEntries,
  FIRST_PAGE,
  isLastPage,
} from '../wire/messages/map-fetch-entries.codec';
import { type WireAnswer, type WireQuestion } from '../wire/wire-connection';
import { type WireGrid } from '../wire/wire-grid';
import { JournalRunBuilder, type JournalRun } from './journal-run';

/** What a partition's journal holds: sequences of its oldest and newest event; 0 and -1 when it is empty. */
export interface JournalRange {
  readonly oldest: number;
  readonly newest: number;
}

/** One entry; key and value are Data with their 8-byte heads. */
export interface MapEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface EntryPage {
  readonly entries: readonly MapEntry[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly next: ScanPosition;
}

export interface ReadOptions {
  /** Most events in one answer. */
  readonly max: number;
  /** Ends the waiting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Journals and entries of any map, partition by partition. Every call may fail with WireConnectionError (the owner cannot
 * be reached now), OwnerChangedError (ask again), MapDestroyedError or MemberError.
 */
export interface MapReader {
  journalRange(map: string, partition: number): Promise<JournalRange>;
  /** Waits until there is an event from `from` on. The member moves a position that it no longer has: see JournalRun.first. */
  readJournal(map: string, partition: number, from: number, options: ReadOptions): Promise<JournalRun>;
  /** A page of a partition's entries. What changes meanwhile may be missing or come twice; what does not change is in it. */
  readEntries(map: string, partition: number, from: ScanPosition, pageSize: number): Promise<EntryPage>;
  /**
   * How often the partition's owner, or the connection to it, has changed: who asks only now and then would not be told by a
   * failure. Absent: never.
   */
  ownerChanges?(partition: number): number;
}

/** The partition lies on another member now, or the connection to its owner is another one. */
export class OwnerChangedError extends NearscoreError {
  constructor(partition: number) {
    super('OWNER_CHANGED', `Partition ${partition} has another owner now`, { retriable: true, details: { partition } });
  }
}

interface Waiting {
  readonly partition: number;
  fail(error: Error): void;
}

/** MapReader over lean connections. */
export class WireMapReader implements MapReader {
  /** Questions that the owner may keep open for ever. */
  private readonly waiting = new Set<Waiting>();
  private readonly changes = new Map<number, number>();

  constructor(private readonly grid: WireGrid) {}

  journalRange(map: string, partition: number): Promise<JournalRange> {
    const name = Buffer.from(map);
    return this.ask(partition, {
      encode: (writer, correlation) => encodeMapEventJournalSubscribe(writer, correlation, partition, name),
      decode: (bytes, start, end) => decodeMapEventJournalSubscribe(new MessageReader(bytes, start, end)),
    });
  }

  readJournal(map: string, partition: number, from: number, { max, signal }: ReadOptions): Promise<JournalRun> {
    const name = Buffer.from(map);
    const question: WireQuestion<JournalRun> = {
      encode: (writer, correlation) => encodeMapEventJournalRead(writer, correlation, partition, name, from, max),
      decode: (bytes, start, end) => {
        const run = new JournalRunBuilder();
        decodeMapEventJournalRead(bytes, start, end, run);
        return run.build();
      },
    };
    return this.ask(partition, question, signal);
  }

  readEntries(map: string, partition: number, from: ScanPosition, pageSize: number): Promise<EntryPage> {
    const name = Buffer.from(map);
    const request = { pointers: from ?? FIRST_PAGE, batch: pageSize };
    return this.ask(partition, {
      encode: (writer, correlation) => encodeMapFetchEntries(writer, correlation, partition, name, request),
      decode: (bytes, start, end) => {
        const { pointers, offsets } = decodeMapFetchEntries(new MessageReader(bytes, start, end));
        const copy = Buffer.from(bytes.subarray(start, end));
        return { entries: toEntries(copy, offsets, start), next: isLastPage(pointers) ? undefined : pointers };
      },
    });
  }

  ownerChanges(partition: number): number {
    return this.changes.get(partition) ?? 0;
  }

  /** What was asked of these partitions is not answered any more. */
  ownersChanged(changed: ReadonlySet<number>): void {
    for (const partition of changed) this.changes.set(partition, this.ownerChanges(partition) + 1);
    for (const one of [...this.waiting]) if (changed.has(one.partition)) one.fail(new OwnerChangedError(one.partition));
  }

  private ask<T>(partition: number, question: WireQuestion<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const { answer, cancel } = this.grid.ask(partition, question);
    return this.settle(partition, { answer, cancel }, signal);
  }

  private async settle<T>(partition: number, { answer, cancel }: WireAnswer<T>, signal?: AbortSignal): Promise<T> {
    let stop = (): void => undefined;
    const given = new Promise<never>((_, reject) => {
      const fail = (error: unknown): void => {
        cancel();
        reject(error as Error);
      };
      const waiting: Waiting = { partition, fail };
      const aborted = (): void => fail(signal?.reason);
      this.waiting.add(waiting);
      signal?.addEventListener('abort', aborted, { once: true });
      stop = () => {
        this.waiting.delete(waiting);
        signal?.removeEventListener('abort', aborted);
      };
    });
    try {
      return await Promise.race([answer, given]);
    } finally {
      stop();
    }
  }
}

/** @param base where the copy begins in the bytes that the offsets point into */
function toEntries(copy: Buffer, offsets: readonly number[], base: number): MapEntry[] {
  const entries: MapEntry[] = [];
  for (let at = 0; at + 3 < offsets.length; at += 4) {
    const part = (index: number): Buffer =>
      copy.subarray((offsets[at + index] ?? 0) - base, (offsets[at + index + 1] ?? 0) - base);
    entries.push({ key: part(0), value: part(2) });
  }
  return entries;
}
