import { isRemoval } from '../journal/replay-zone';
import { type JournalEventSink } from '../wire/messages/map-event-journal-read.codec';

/** One change of a map. */
export interface JournalEvent {
  readonly sequence: number;
  /** The key's Data, with its 8-byte head. */
  readonly key: Buffer;
  /** The new value's Data; null: the entry was removed, evicted, or expired. */
  readonly value: Buffer | null;
}

/** Successive events of one partition. */
export interface JournalRun {
  /** The sequence of the first event. Later than asked for: those between were dropped. Earlier: it is another journal. */
  readonly first: number;
  /** The sequence behind the last event. */
  readonly next: number;
  readonly events: readonly JournalEvent[];
}

/** Takes one reading in; its events are copies, in one buffer. */
export class JournalRunBuilder implements JournalEventSink {
  private first = 0;
  private nextSequence = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private readonly offsets: number[] = [];

  begin(count: number, nextSequence: number, bytes: Buffer): boolean {
    this.first = nextSequence - count;
    this.nextSequence = nextSequence;
    this.bytes = bytes;
    return true;
  }

  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const removed = isRemoval(type, valueStart);
    this.offsets.push(keyStart, keyEnd, removed ? -1 : valueStart, removed ? -1 : valueEnd);
  }

  end(): void {
    // Only keys and new values are kept: an event carries the old value too.
  }

  build(): JournalRun {
    const { first, nextSequence: next } = this;
    return { first, next, events: this.copyEvents() };
  }

  private copyEvents(): JournalEvent[] {
    const { offsets, bytes } = this;
    const kept = Buffer.allocUnsafe(this.keptBytes());
    let at = 0;
    const keep = (start: number, end: number): Buffer => {
      const from = at;
      at += bytes.copy(kept, at, start, end);
      return kept.subarray(from, at);
    };
    return Array.from({ length: offsets.length / 4 }, (_, index) => {
      const [keyStart = 0, keyEnd = 0, valueStart = -1, valueEnd = -1] = offsets.slice(index * 4, index * 4 + 4);
      const key = keep(keyStart, keyEnd);
      return { sequence: this.first + index, key, value: valueStart < 0 ? null : keep(valueStart, valueEnd) };
    });
  }

  private keptBytes(): number {
    let total = 0;
    for (let at = 0; at < this.offsets.length; at += 2) total += (this.offsets[at + 1] ?? 0) - (this.offsets[at] ?? 0);
    return total;
  }
}
