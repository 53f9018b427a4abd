import { type JournalTail, type StreamCheckpoint } from './partition-entry.codec';
import { type Fingerprint } from './record-identity';

/**
 * Where a follower stands in its journal. It is the checkpoint too, read by whoever writes that, so that nothing is made for
 * every batch: every event before `next` is stored.
 */
export class FollowedPosition implements StreamCheckpoint {
  /** The sequence that is read next: before `next` while events are replayed. */
  reading = 0;
  isKnown = false;
  incarnation = 1;
  private floor = 0;
  /** Events before it that were dropped unread have been told of. */
  private toldLostBefore = 0;
  private tailSequence = -1;
  private readonly tailFingerprint: Fingerprint = { high: 0, low: 0 };

  get next(): number {
    return Math.max(this.reading, this.floor);
  }

  get tail(): JournalTail | undefined {
    return this.tailSequence < 0 ? undefined : { sequence: this.tailSequence, ...this.tailFingerprint };
  }

  resumeAt({ next, incarnation, tail }: StreamCheckpoint): void {
    this.isKnown = true;
    this.reading = this.floor = next;
    this.incarnation = incarnation;
    this.tailSequence = tail?.sequence ?? -1;
    this.tailFingerprint.high = tail?.high ?? 0;
    this.tailFingerprint.low = tail?.low ?? 0;
  }

  /** How many more events were dropped before they were read, when the journal begins at `oldest`. */
  lostBefore(oldest: number): number {
    const told = Math.max(this.next, this.toldLostBefore);
    this.toldLostBefore = Math.max(told, oldest);
    return this.isKnown ? Math.max(0, oldest - told) : 0;
  }

  /** Everything up to there is stored. */
  moveTo(next: number): void {
    this.isKnown = true;
    this.reading = next;
  }

  /** Reads from there on again; the checkpoint stays where it is. */
  replayFrom(sequence: number): void {
    this.floor = this.next;
    this.reading = sequence;
  }

  /** The event just before `reading`. */
  endsWith(sequence: number, { high, low }: Fingerprint): void {
    if (sequence < this.tailSequence) return;
    this.tailSequence = sequence;
    this.tailFingerprint.high = high;
    this.tailFingerprint.low = low;
  }

  /** The partition was scored again from its map, up to there. */
  restartAt(next: number, newJournal: boolean): void {
    this.isKnown = true;
    this.reading = this.floor = next;
    this.tailSequence = -1;
    this.toldLostBefore = 0;
    if (newJournal) this.incarnation++;
  }
}
