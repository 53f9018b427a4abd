import { type FoundEntries } from './partition-channel';
import { type JournalTail } from './partition-entry.codec';
import { type RecordIdentity } from './record-identity';
import { type EventOffsets, ReplayedReading, ReplayZone } from './replay-zone';

/** A follower's way through events that may have been scored already. */
export class Replay {
  /** Somebody else, or this lane over a connection that broke, may have scored further than the checkpoint says. */
  wanted = true;
  /** Its keys' predictions are being looked up, or wait for room in a batch. */
  reading: ReplayedReading | undefined;
  private zone: ReplayZone | undefined;
  private reply: Buffer | undefined;
  private readonly events: { readonly removal: boolean; readonly offsets: EventOffsets }[] = [];

  constructor(private readonly identity: RecordIdentity) {}

  get isUnderWay(): boolean {
    return this.zone !== undefined;
  }

  enter(until: number, tail: JournalTail | undefined): void {
    this.zone = new ReplayZone(until, tail, this.identity);
  }

  /** To be done anew, from the beginning. */
  breakOff(): void {
    this.zone = this.reading = this.reply = undefined;
    this.events.length = 0;
  }

  /** The next reading begins behind the zone, if there is one. */
  isThrough(nextSequence: number): boolean {
    return this.zone !== undefined && !this.zone.covers(nextSequence);
  }

  /** Returns false when this is not the journal that the predictions are from. */
  leave(): boolean {
    const isConfirmed = this.zone?.isConfirmed() ?? true;
    this.zone = undefined;
    this.wanted = false;
    return isConfirmed;
  }

  // ---- one reading

  begin(reply: Buffer): void {
    this.reply = reply;
    this.events.length = 0;
  }

  get isCollecting(): boolean {
    return this.reply !== undefined;
  }

  add(removal: boolean, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    this.events.push({ removal, offsets: [keyStart, keyEnd, valueStart, valueEnd] });
  }

  end(firstSequence: number): ReplayedReading {
    this.reading = new ReplayedReading(firstSequence, this.reply ?? Buffer.alloc(0), this.events);
    this.reply = undefined;
    return this.reading;
  }

  /** Decides, once, what is to be done with the reading's events. Returns false like `leave`. */
  judge(reading: ReplayedReading, found: FoundEntries): boolean {
    return reading.isJudged || (this.zone?.judge(reading, found) ?? false);
  }
}
