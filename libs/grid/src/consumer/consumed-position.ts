import { type StreamCheckpoint } from '../journal/partition-entry.codec';
import { hashOf } from '../reading/event-history';
import { type JournalEvent } from '../reading/journal-run';

/** As much of a lease as keeps positions; PartitionLease fits. */
export interface CheckpointBook {
  checkpointOf(stream: string): StreamCheckpoint | undefined;
  move(stream: string, checkpoint: StreamCheckpoint): void;
}

const AT_THE_START: StreamCheckpoint = { next: 0, incarnation: 0 };

/**
 * How far a map's journal of one partition is consumed. Beside the position itself an earlier one is kept, `replayEvents` or more
 * events back, under `<map>#replay`: when a failover has replaced the journal's end, and the last event consumed with it, the
 * earlier one tells that it is still the same journal, and where to begin again.
 */
export class ConsumedPosition {
  private last: StreamCheckpoint;
  /** Only one with a last event proves anything. Undefined: none yet. */
  private earlier: StreamCheckpoint | undefined;
  /** Becomes the earlier one when it is old enough. */
  private coming: StreamCheckpoint | undefined;

  constructor(
    private readonly book: CheckpointBook,
    private readonly map: string,
    private readonly replayEvents: number,
  ) {
    this.last = book.checkpointOf(map) ?? AT_THE_START;
    this.earlier = this.coming = earlierIn(book, map);
  }

  get next(): number {
    return this.last.next;
  }

  /** Everything before `next` is consumed. @param event the last one before it */
  moveTo(next: number, event: JournalEvent): void {
    const { key: high, value: low } = hashOf(event);
    const tail = { sequence: event.sequence, high, low };
    this.last = { next, incarnation: this.last.incarnation, tail };
    this.earlier ??= this.last;
    this.coming ??= this.last;
    if (next - this.coming.next >= this.replayEvents) {
      this.earlier = this.coming;
      this.coming = this.last;
    }
    this.store();
  }

  /** Nothing is known of what was consumed before. */
  beginAt(next: number): void {
    this.last = { next, incarnation: this.last.incarnation + 1 };
    this.earlier = this.coming = undefined;
    this.store();
  }

  /** Again, when the lease has forgotten what was not stored yet. */
  store(): void {
    this.book.move(this.map, this.last);
    this.book.move(earlierOf(this.map), this.earlier ?? this.last);
  }
}

/** Where to resume, best first; empty when the map was never consumed. */
export function checkpointsOf(book: CheckpointBook, map: string): StreamCheckpoint[] {
  return [book.checkpointOf(map), earlierIn(book, map)].filter((one) => one !== undefined);
}

/** After a new beginning the one that lies there has no last event. */
function earlierIn(book: CheckpointBook, map: string): StreamCheckpoint | undefined {
  const earlier = book.checkpointOf(earlierOf(map));
  return earlier?.tail && earlier;
}

function earlierOf(map: string): string {
  return `${map}#replay`;
}
