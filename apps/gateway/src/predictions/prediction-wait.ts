import { NearscoreError } from '@nearscore/errors';
import { type JournalEvent, type MapReader } from '@nearscore/grid';
import {
  decodePrediction,
  encodeKey,
  type Fingerprint,
  fingerprintOf,
  fingerprintToBigInt,
  type Prediction,
} from '@nearscore/records';
import { type JournalReadings, type Subscription } from '../feed/journal-readings';
import { type ReadingSubscriber } from '../feed/partition-reading';

/** Of one key, while its record is being written. */
const MAX_CANDIDATES = 1_000;
const READ_EVENTS = 256;
/** The hash at the head of a Data is for whoever routes it. */
const HASH_BYTES = 4;

export interface WaitParts {
  readonly key: string;
  readonly partition: number;
  readonly featureMap: string;
  readonly reader: MapReader;
  /** Of the prediction map. */
  readonly readings: JournalReadings;
}

/**
 * Waits for the prediction of one write, or of a later write of the same key. It begins before the write: a prediction of an
 * event that came after that beginning, made from the same bytes, is one of this write. One made from other bytes is one of a
 * later write only if its event lies behind that of this write, which is looked for in the journal when it is needed.
 */
export class PredictionWait implements ReadingSubscriber {
  private readonly keyData: Buffer;
  private readonly candidates: Prediction[] = [];
  private subscription: Subscription | undefined;
  /** Of the feature map's journal. Until it is known nothing can be a prediction of the write, which has not begun. */
  private newestBefore = Infinity;
  private news = 0;
  private wake = (): void => undefined;

  private constructor(private readonly parts: WaitParts) {
    this.keyData = encodeKey(parts.key).subarray(HASH_BYTES);
  }

  /** To be called before the write, and followed by `end`. Rejects when the partition's owner cannot be asked. */
  static async begin(parts: WaitParts): Promise<PredictionWait> {
    const { reader, readings, featureMap, partition } = parts;
    const wait = new PredictionWait(parts);
    wait.subscription = await readings.subscribe(partition, wait);
    try {
      wait.newestBefore = (await reader.journalRange(featureMap, partition)).newest;
      return wait;
    } catch (error) {
      wait.end();
      throw error;
    }
  }

  /**
   * The prediction; undefined when the signal is aborted before it comes.
   *
   * @param value the Data that was written
   */
  async prediction(value: Buffer, signal: AbortSignal): Promise<Prediction | undefined> {
    const aborted = (): void => this.wake();
    signal.addEventListener('abort', aborted, { once: true });
    try {
      return await this.search(value, signal);
    } finally {
      signal.removeEventListener('abort', aborted);
    }
  }

  end(): void {
    this.subscription?.end();
  }

  onEvent(_partition: number, event: JournalEvent): void {
    if (event.value === null || !this.isOwn(event)) return;
    const prediction = decodePrediction(event.value);
    if (prediction === undefined || prediction.sourceSequence <= this.newestBefore) return;
    this.candidates.push(prediction);
    if (this.candidates.length > MAX_CANDIDATES) this.candidates.shift();
    this.news++;
    this.wake();
  }

  /** A prediction that is gone unseen does not come: the waiting ends by its time. */
  onReset(): void {
    return;
  }

  onFailed(): void {
    return;
  }

  private async search(value: Buffer, signal: AbortSignal): Promise<Prediction | undefined> {
    const fingerprint = fingerprintIn(value);
    let ownSequence: number | undefined;
    while (!signal.aborted) {
      const seen = this.news;
      const own = this.candidates.find((one) => one.fingerprint === fingerprint);
      if (own) return own;
      if (seen > 0) ownSequence ??= await this.sequenceOf(value);
      const later = this.candidates.find(({ sourceSequence }) => sourceSequence >= (ownSequence ?? Infinity));
      if (later) return later;
      if (this.news === seen && !signal.aborted) await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return undefined;
  }

  /** Undefined when the journal does not show it now. */
  private async sequenceOf(value: Buffer): Promise<number | undefined> {
    const { reader, featureMap, partition } = this.parts;
    const content = value.subarray(HASH_BYTES);
    try {
      const { newest } = await reader.journalRange(featureMap, partition);
      for (let from = this.newestBefore + 1; from <= newest;) {
        const { events, next } = await reader.readJournal(featureMap, partition, from, { max: READ_EVENTS });
        const own = events.find((event) => this.isOwn(event) && event.value?.subarray(HASH_BYTES).equals(content));
        if (own) return own.sequence;
        from = next;
      }
    } catch (error) {
      // It is asked again with the next prediction.
      if (!(error instanceof NearscoreError && error.retriable)) throw error;
    }
    return undefined;
  }

  private isOwn({ key }: JournalEvent): boolean {
    return key.subarray(HASH_BYTES).equals(this.keyData);
  }
}

function fingerprintIn(value: Buffer): bigint {
  const fingerprint: Fingerprint = { high: 0, low: 0 };
  fingerprintOf(value, 0, value.length, fingerprint);
  return fingerprintToBigInt(fingerprint);
}
