import { EVENT_TYPE } from './event-type';
import { type JournalTail } from './partition-entry.codec';
import { type RecordBatch, ROW } from './record-batch';
import { type Fingerprint, isSameFingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';

/** What a stored prediction says of its key: the key's last event up to `sequence` has this fingerprint. */
interface Claim extends PredictionStamp {
  confirmed: boolean;
}

/** [keyStart, keyEnd, valueStart, valueEnd): valueStart is negative for none. */
export type EventOffsets = readonly [keyStart: number, keyEnd: number, valueStart: number, valueEnd: number];

interface ReplayedEvent {
  readonly removal: boolean;
  readonly key: string;
  readonly offsets: EventOffsets;
}

/** The events of one reading and what is to be done with each; in bytes of its own, because looking up takes a while. */
export class ReplayedReading {
  readonly bytes: Buffer;
  readonly events: readonly ReplayedEvent[];
  /** [start, end) of each key, once. */
  readonly keys: readonly (readonly [number, number])[];
  private kinds: readonly number[] | undefined;

  constructor(
    readonly firstSequence: number,
    reply: Buffer,
    events: readonly { readonly removal: boolean; readonly offsets: EventOffsets }[],
  ) {
    const start = events[0]?.offsets[0] ?? 0;
    const last = events[events.length - 1]?.offsets ?? [0, 0, 0, 0];
    this.bytes = Buffer.from(reply.subarray(start, Math.max(last[1], last[3])));
    this.events = events.map(({ removal, offsets: [keyStart, keyEnd, valueStart, valueEnd] }) => {
      const key = this.bytes.toString('latin1', keyStart - start, keyEnd - start);
      const value = valueStart < 0 ? ([-1, -1] as const) : ([valueStart - start, valueEnd - start] as const);
      return { removal, key, offsets: [keyStart - start, keyEnd - start, ...value] };
    });
    const byKey = new Map(this.events.map(({ key, offsets }) => [key, [offsets[0], offsets[1]] as const]));
    this.keys = [...byKey.values()];
  }

  judged(kinds: readonly number[]): void {
    this.kinds = kinds;
  }

  get isJudged(): boolean {
    return this.kinds !== undefined;
  }

  get skipped(): number {
    return this.kinds?.filter((kind) => kind === ROW.superseded).length ?? 0;
  }

  get hasRemovals(): boolean {
    return this.kinds?.includes(ROW.remove) ?? false;
  }

  addTo(batch: RecordBatch): void {
    this.events.forEach(({ offsets }, index) => {
      batch.addRow(this.kinds?.[index] ?? ROW.superseded, this.firstSequence + index, ...offsets);
    });
  }
}

/**
 * The events that another lane, or this one before its connection broke, may have scored already. An event is skipped
 * when its key's prediction was made from it or from a later one, or when the record is another by now, so that a later event
 * follows: a replay never takes a prediction back, and never brings one back whose record was removed.
 *
 * A promoted backup may have given sequences again: "later" is believed only when the journal has that later event.
 */
export class ReplayZone {
  private readonly claims = new Map<string, Claim>();
  private readonly fingerprint: Fingerprint = { high: 0, low: 0 };

  constructor(
    /** The journal's newest sequence when the zone was entered: no prediction can be of a later event. */
    private readonly until: number,
    /** The last event before the checkpoint. */
    private readonly tail: JournalTail | undefined,
    private readonly identity: RecordIdentity,
  ) {}

  /** Whether a reading from this sequence on still has to be looked through. */
  covers(sequence: number): boolean {
    return sequence <= this.until;
  }

  /**
   * Decides what is to be done with each event.
   *
   * @param stamps what the predictions of the reading's keys say
   * @param records the fingerprints of these keys' records, as they are now
   * @returns false: this is not the journal that the checkpoint and the predictions are from
   */
  judge(
    reading: ReplayedReading,
    stamps: ReadonlyMap<string, PredictionStamp>,
    records: ReadonlyMap<string, Fingerprint>,
  ): boolean {
    const kinds: number[] = [];
    const scored = new Set<string>();
    for (const [index, event] of reading.events.entries()) {
      const sequence = reading.firstSequence + index;
      if (!this.isTail(reading.bytes, event, sequence)) return false;
      const stamp = stamps.get(event.key);
      if (stamp && stamp.sequence > this.until) return false;
      const isPredicted = this.isOf(reading.bytes, event, stamp);
      const isOver = this.isOver(reading.bytes, event, records.get(event.key));
      const kind = isOver ? ROW.superseded : kindOf(event, sequence, stamp, isPredicted, scored);
      if (kind === ROW.score) scored.add(event.key);
      kinds.push(kind);
      this.weigh(event.key, sequence, stamp, isPredicted);
    }
    reading.judged(kinds);
    return true;
  }

  /** The zone ends. Returns whether all that predictions said of later events was true. */
  isConfirmed(): boolean {
    for (const { confirmed } of this.claims.values()) if (!confirmed) return false;
    return true;
  }

  private weigh(key: string, sequence: number, stamp: PredictionStamp | undefined, same: boolean): void {
    if (!stamp || stamp.sequence < sequence) return;
    const claim = this.claims.get(key);
    if (claim) claim.confirmed = same;
    else if (stamp.sequence > sequence) this.claims.set(key, { ...stamp, confirmed: same });
  }

  private isTail(bytes: Buffer, event: ReplayedEvent, sequence: number): boolean {
    const { tail, fingerprint } = this;
    if (sequence !== tail?.sequence) return true;
    fingerprintOfEvent(this.identity, bytes, ...event.offsets, fingerprint);
    return isSameFingerprint(fingerprint, tail);
  }

  /**
   * Whether the record is another by now. Then a later event follows, and what a scan or another lane has stored may be
   * of that one already.
   */
  private isOver(bytes: Buffer, event: ReplayedEvent, record: Fingerprint | undefined): boolean {
    return event.removal ? record !== undefined : !this.isOf(bytes, event, record);
  }

  /** Whether this fingerprint is that of the event's record. */
  private isOf(bytes: Buffer, { removal, offsets }: ReplayedEvent, print: Fingerprint | undefined): boolean {
    if (!print || removal) return false;
    this.identity.fingerprintOf(bytes, offsets[2], offsets[3], this.fingerprint);
    return isSameFingerprint(this.fingerprint, print);
  }
}

export function isRemoval(type: number, valueStart: number): boolean {
  return valueStart < 0 || type === EVENT_TYPE.removed || type === EVENT_TYPE.evicted || type === EVENT_TYPE.expired;
}

/** Of key and value together: another key's event with the same value is another event. */
export function fingerprintOfEvent(
  identity: RecordIdentity,
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
  into: Fingerprint,
): void {
  identity.fingerprintOf(bytes, keyStart, valueStart < 0 ? keyEnd : valueEnd, into);
}

/** @param scored keys of which the same reading has an earlier event that is scored */
function kindOf(
  { removal, key }: ReplayedEvent,
  sequence: number,
  stamp: PredictionStamp | undefined,
  same: boolean,
  scored: ReadonlySet<string>,
): number {
  if (!stamp && removal) return scored.has(key) ? ROW.remove : ROW.superseded;
  const isDone = stamp && (stamp.sequence > sequence || (stamp.sequence === sequence && same));
  if (isDone) return ROW.superseded;
  return removal ? ROW.remove : ROW.score;
}
