import { fingerprintsOf, stampsOf } from './found-entries';
import { type ParkedKeys } from './parked-keys';
import { type FoundEntries, type PartitionChannel } from './partition-channel';
import { type PartitionRescore } from './partition-rescore';
import { type RecordBatch, type RowFailure } from './record-batch';
import { type Fingerprint, isSameFingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';
import { addRowsTo, rowsOf, type SideRow, type SideWork } from './side-work';

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
export class KeyRetries implements SideWork {
  private readonly waiting = new Map<string, RetryRequest>();
  private readonly current = new Map<string, RetryRequest>();
  private readonly failures = new Map<string, Omit<RowFailure, 'row'>>();
  private predictions: ReadonlyMap<string, PredictionStamp> | undefined;
  private rows: readonly SideRow[] = [];
  private channel: PartitionChannel | undefined;

  /**
   * @param parked learns the keys of records that another lane has parked, and of those that have a prediction all the same
   * @param rescore knows which predictions are not to stay: such a one is as good as none
   */
  constructor(
    private readonly identity: RecordIdentity,
    private readonly parked: Pick<ParkedKeys, 'add' | 'has' | 'forget'>,
    private readonly rescore: Pick<PartitionRescore, 'isOlder'>,
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
    this.channel = channel;
    this.lookUp('predictions');
  }

  /** Answers also what is not to be scored. */
  found(found: FoundEntries, last: number): number | undefined {
    if (this.predictions) return this.judge(found, last);
    this.predictions = stampsOf(this.identity, found);
    this.lookUp('records');
    return undefined;
  }

  addTo(batch: RecordBatch): void {
    addRowsTo(batch, this.rows);
  }

  failed(key: string, { code, field, message }: RowFailure): void {
    this.failures.set(key, { code, field, message });
  }

  stored(): void {
    for (const key of [...this.current.keys()]) {
      const failure = this.failures.get(key);
      this.answer(key, failure ? { kind: 'failed', failure } : { kind: 'scored' });
    }
    this.failures.clear();
  }

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
        if (!this.predictionOf(key, record)) this.parked.add(key, record);
        this.answer(key, { kind: 'parked' });
      }
    }
    this.rows = rowsOf(found, last, (key) => this.current.get(key)?.sequence);
    return this.rows.length;
  }

  /** A record that is another by now has an event of its own, and one with a prediction of itself needs none. */
  private isOver(key: string, request: RetryRequest, record: Fingerprint): boolean {
    if (request.fingerprint && !isSameFingerprint(request.fingerprint, record)) return true;
    const prediction = this.predictionOf(key, record);
    if (!prediction || this.rescore.isOlder(prediction)) return false;
    this.parked.forget(key);
    return true;
  }

  /** Also by an older version, which may be all that is known of the record: then it is not known to fail. */
  private predictionOf(key: string, record: Fingerprint): PredictionStamp | undefined {
    const prediction = this.predictions?.get(key);
    return prediction && isSameFingerprint(prediction, record) ? prediction : undefined;
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

  private lookUp(map: 'records' | 'predictions'): void {
    const keys = [...this.current.values()].map(({ key }) => key);
    let end = 0;
    const offsets = keys.map((key) => [end, (end += key.length)] as const);
    this.channel?.lookUp(map, Buffer.concat(keys), offsets);
  }

  private answer(key: string, outcome: RetryOutcome): void {
    const request = this.current.get(key);
    this.current.delete(key);
    request?.done(outcome);
  }
}
