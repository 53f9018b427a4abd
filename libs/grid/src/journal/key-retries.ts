import { type ParkedKeys } from './parked-keys';
import { type FoundEntries, type PartitionChannel } from './partition-channel';
import { type RecordBatch, ROW, type RowFailure } from './record-batch';
import { type Fingerprint, isSameFingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';
import { fingerprintsOf, stampsOf } from './replay-zone';

/** So many keys are taken between two readings: the partition's own events wait meanwhile. */
const MAX_KEYS = 64;

/**
 * How a retry ended. scored: the prediction is stored. superseded: the record is another or gone by now, or scored already.
 * failed: it cannot be scored still. parked: it was only looked at, and nothing has changed. unknown: nothing was done, or
 * nobody can tell; to be asked again.
 */
export type RetryOutcome =
  | { readonly kind: 'scored' | 'superseded' | 'parked' | 'unknown' }
  | { readonly kind: 'failed'; readonly failure: Omit<RowFailure, 'row'> };

/** A parked record to be scored again by whoever holds its partition. */
export interface RetryRequest {
  /** The key's Data. */
  readonly key: Buffer;
  /** Sequence of the event that could not be scored. */
  readonly sequence: number;
  /** Of the record that could not be scored; undefined when nobody noted it: then it is not known whether it is another by now. */
  readonly fingerprint: Fingerprint | undefined;
  /** False: only look whether it is to be kept. */
  readonly score: boolean;
  /** Called once. */
  readonly done: (outcome: RetryOutcome) => void;
}

/**
 * A follower's duty to score single keys again. It is done between two readings, so that the partition still has one
 * writer; and the prediction gets the sequence of the event that failed, so that every later event of the key wins over it.
 */
export class KeyRetries {
  private readonly waiting = new Map<string, RetryRequest>();
  private readonly current = new Map<string, RetryRequest>();
  private readonly failures = new Map<string, Omit<RowFailure, 'row'>>();
  private predictions: ReadonlyMap<string, PredictionStamp> | undefined;
  private rows: (readonly number[])[] = [];

  /** @param parked learns the keys of records that another lane has parked */
  constructor(
    private readonly identity: RecordIdentity,
    private readonly parked: Pick<ParkedKeys, 'add' | 'has'>,
  ) {}

  /** A request for the same key that still waits is not needed any more. */
  add(request: RetryRequest): void {
    const key = request.key.toString('latin1');
    this.waiting.get(key)?.done({ kind: 'unknown' });
    this.waiting.set(key, request);
  }

  get isWanted(): boolean {
    return this.waiting.size > 0;
  }

  get isUnderWay(): boolean {
    return this.current.size > 0;
  }

  /** Takes some of what waits, and looks up the keys' predictions, then their records. */
  begin(channel: PartitionChannel): void {
    for (const [key, request] of this.waiting) {
      if (this.current.size >= MAX_KEYS) break;
      this.current.set(key, request);
      this.waiting.delete(key);
    }
    this.predictions = undefined;
    this.lookUp(channel, 'predictions');
  }

  /**
   * Takes what a look-up found, and answers what is not to be scored. Returns how many rows are; undefined: not known yet.
   *
   * @param last sequence of the last event that was done with
   */
  found(found: FoundEntries, channel: PartitionChannel, last: number): number | undefined {
    if (this.predictions) return this.judge(found, last);
    this.predictions = stampsOf(this.identity, found);
    this.lookUp(channel, 'records');
    return undefined;
  }

  addTo(batch: RecordBatch): void {
    for (const [sequence = 0, keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] of this.rows) {
      batch.addRow(ROW.score, sequence, keyStart, keyEnd, valueStart, valueEnd);
    }
  }

  failed(key: string, { code, field, message }: RowFailure): void {
    this.failures.set(key, { code, field, message });
  }

  /** What could be scored is stored. */
  stored(): void {
    for (const key of [...this.current.keys()]) {
      const failure = this.failures.get(key);
      this.answer(key, failure ? { kind: 'failed', failure } : { kind: 'scored' });
    }
    this.failures.clear();
  }

  /** What is under way came to nothing, or nobody can tell. */
  breakOff(): void {
    for (const key of [...this.current.keys()]) this.answer(key, { kind: 'unknown' });
    this.failures.clear();
  }

  /** Nothing will be done any more. */
  close(): void {
    this.breakOff();
    for (const { done } of this.waiting.values()) done({ kind: 'unknown' });
    this.waiting.clear();
  }

  private judge(found: FoundEntries, last: number): number {
    const records = fingerprintsOf(this.identity, found);
    for (const [key, request] of this.current) {
      const record = records.get(key);
      if (!record || this.isOver(key, request, record)) this.answer(key, { kind: 'superseded' });
      else if (this.isDoubtful(key, request, record)) this.answer(key, { kind: 'unknown' });
      else if (!request.score) {
        this.parked.add(key, record);
        this.answer(key, { kind: 'parked' });
      }
    }
    this.rows = this.rowsOf(found, last);
    return this.rows.length;
  }

  /** A record that is another by now has an event of its own, and one with a prediction of itself needs none. */
  private isOver(key: string, request: RetryRequest, record: Fingerprint): boolean {
    if (request.fingerprint && !isSameFingerprint(request.fingerprint, record)) return true;
    const prediction = this.predictions?.get(key);
    return prediction !== undefined && isSameFingerprint(prediction, record);
  }

  /**
   * A prediction of a later event, though the record is the one that failed: the record was put again, and its event is to be read
   * still; or sequences were given again, and the prediction is of an event before. A lane that parked the record itself, and
   * has read nothing of the key since, knows that it is the latter.
   */
  private isDoubtful(key: string, { sequence, fingerprint }: RetryRequest, record: Fingerprint): boolean {
    if (!fingerprint) return true;
    return (this.predictions?.get(key)?.sequence ?? -1) > sequence && !this.parked.has(key, record);
  }

  private rowsOf({ bytes, offsets }: FoundEntries, last: number): (readonly number[])[] {
    const rows: (readonly number[])[] = [];
    for (let i = 0; i < offsets.length; i += 4) {
      const entry = offsets.slice(i, i + 4);
      const request = this.current.get(bytes.toString('latin1', entry[0], entry[1]));
      if (request) rows.push([Math.max(0, Math.min(request.sequence, last)), ...entry]);
    }
    return rows;
  }

  private lookUp(channel: PartitionChannel, map: 'records' | 'predictions'): void {
    const keys = [...this.current.values()].map(({ key }) => key);
    let end = 0;
    const offsets = keys.map((key) => [end, (end += key.length)] as const);
    channel.lookUp(map, Buffer.concat(keys), offsets);
  }

  private answer(key: string, outcome: RetryOutcome): void {
    const request = this.current.get(key);
    this.current.delete(key);
    request?.done(outcome);
  }
}
