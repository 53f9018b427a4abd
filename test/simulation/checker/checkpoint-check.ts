import { type World } from '../engine/world';
import { type Call } from '../grid/call';
import {
  type LoggedEvent,
  type Replica,
  type StoredCheckpoint,
  type StoredEntry,
  type StreamReplica,
} from '../grid/replica';
import { type ParkedRecords } from '../node/parked-records';
import { isCovered } from './coverage';

/** Promise 4: a checkpoint never passes an event whose prediction is not stored, removed or parked. */
export class CheckpointCheck {
  checked = 0;

  constructor(
    private readonly world: World,
    private readonly streams: readonly string[],
    private readonly parked: ParkedRecords,
  ) {}

  /** An entry is about to be stored. */
  onEntry(replica: Replica, entry: StoredEntry, call: Call): void {
    this.streams.forEach((name, index) => {
      const after = entry.streams[name];
      if (after) this.check(replica, index, replica.entry?.streams[name], after, call);
    });
  }

  private check(
    replica: Replica,
    index: number,
    before: StoredCheckpoint | undefined,
    after: StoredCheckpoint,
    call: Call,
  ): void {
    const { partition } = replica;
    const same = before?.incarnation === after.incarnation;
    if (before && (after.incarnation < before.incarnation || (same && after.next < before.next))) {
      this.violated(
        partition,
        `the checkpoint of partition ${partition} went back from ${text(before)} to ${text(after)}`,
      );
    }
    // What was not moved says nothing about the journal of now.
    if (same && after.next === before.next) return;
    this.world.note('checkpoint', partition, call.sender, text(after));
    const stream = replica.stream(index);
    // A map that was destroyed while nobody looked is found out later, by a position past the tail or by the audit.
    if (after.incarnation > stream.voidIncarnation) this.checkCovered(stream, partition, after.next);
  }

  private checkCovered(stream: StreamReplica, partition: number, next: number): void {
    const { journal } = stream;
    if (next > journal.newest + 1) {
      this.violated(
        partition,
        `the checkpoint of partition ${partition} is ${next}, the journal ends at ${journal.newest}`,
      );
    }
    const end = Math.min(next, journal.newest + 1);
    for (let sequence = stream.checkedTo; sequence < end; sequence++) {
      const event = journal.events[sequence] as LoggedEvent;
      this.checked++;
      if (isCovered(stream, event.write, this.parked, next)) continue;
      const { key, value } = event.write;
      this.violated(
        partition,
        `checkpoint ${next} passed event ${sequence} (${key} = ${value}): nothing is stored`,
        key,
      );
    }
    stream.checkedTo = Math.max(stream.checkedTo, end);
  }

  private violated(partition: number, message: string, key?: string): void {
    this.world.violated('checkpoint covers', message, key === undefined ? [partition] : [partition, key]);
  }
}

function text({ next, incarnation }: StoredCheckpoint): string {
  return `${next}@${incarnation}`;
}
