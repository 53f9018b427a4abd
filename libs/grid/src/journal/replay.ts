import { fingerprintsOf, stampsOf } from './found-entries';
import { type FoundEntries } from './partition-channel';
import { type JournalTail } from './partition-entry.codec';
import { type PredictionStamp, type RecordIdentity } from './record-identity';
import { type EventOffsets, ReplayedReading, ReplayZone } from './replay-zone';

/** A follower's way through events that may have been scored already. */
export class Replay {
  /** Its keys' predictions are being looked up, or wait for room in a batch. */
  reading: ReplayedReading | undefined;
  /** So many events before the checkpoint; undefined: not wanted. */
  private wanted: number | undefined;
  private zone: ReplayZone | undefined;
  private predictions: ReadonlyMap<string, PredictionStamp> | undefined;
  private reply: Buffer | undefined;
  private readonly events: { readonly removal: boolean; readonly offsets: EventOffsets }[] = [];

  constructor(
    private readonly identity: RecordIdentity,
    back: number,
  ) {
    this.wanted = back;
  }

  /** Somebody else, or this lane over a connection that broke, may have scored further than the checkpoint says. */
  want(back: number): void {
    this.wanted = back;
  }

  get isWanted(): boolean {
    return this.wanted !== undefined;
  }

  /** How many events before the checkpoint it begins. */
  get back(): number {
    return this.wanted ?? 0;
  }

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

  /** Events that were there when it began are not there any more: it would never be through. */
  reachesBeyond(newest: number): boolean {
    return this.zone?.covers(newest + 1) ?? false;
  }

  /** Returns false when this is not the journal that the predictions are from. */
  leave(): boolean {
    const isConfirmed = this.zone?.isConfirmed() ?? true;
    this.zone = undefined;
    this.wanted = undefined;
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
    this.reply = this.predictions = undefined;
    return this.reading;
  }

  /** The predictions of the reading's keys were not looked up yet. */
  get isFirstLook(): boolean {
    return this.predictions === undefined;
  }

  keepPredictions(found: FoundEntries): void {
    this.predictions = stampsOf(this.identity, found);
  }

  /**
   * Decides, once, what is to be done with the reading's events. Returns false like `leave`.
   *
   * @param records as they are now
   */
  judge(reading: ReplayedReading, records: FoundEntries): boolean {
    if (reading.isJudged) return true;
    const present = fingerprintsOf(this.identity, records);
    return this.zone?.judge(reading, this.predictions ?? new Map(), present) ?? false;
  }
}
