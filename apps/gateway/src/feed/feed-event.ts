import { type JournalEvent } from '@nearscore/grid';
import { decodeKey, decodePrediction, type Prediction } from '@nearscore/records';
import { dataOf, eventText, type ToldEvent, toCloudEvent } from './event-text';
import { type EventFormat } from './listen-request';

export interface EventOrigin {
  readonly stream: string;
  readonly partition: number;
  /** Hash of the grid's id. */
  readonly cluster: number;
  /** It was told before, with other content: the grid has lost what it said. */
  readonly again: boolean;
}

/** One change of the prediction map: decoded once, and written as text once per format, for all listeners. */
export class FeedEvent implements ToldEvent {
  readonly key: string | null;
  readonly keyData?: string;
  private sharedId: string | undefined;
  private readonly texts = new Map<EventFormat, Buffer>();

  private constructor(
    readonly origin: EventOrigin,
    readonly sequence: number,
    key: Buffer,
    readonly prediction: Prediction | undefined,
    private readonly idOf: () => string,
  ) {
    this.key = decodeKey(key) ?? null;
    if (this.key === null) this.keyData = key.toString('base64');
  }

  /**
   * Undefined when the value is no prediction: somebody else wrote it.
   *
   * @param idOf where the shared reading stands
   */
  static of(origin: EventOrigin, { sequence, key, value }: JournalEvent, idOf: () => string): FeedEvent | undefined {
    const prediction = value === null ? undefined : decodePrediction(value);
    if (value !== null && prediction === undefined) return undefined;
    return new FeedEvent(origin, sequence, key, prediction, idOf);
  }

  get partition(): number {
    return this.origin.partition;
  }

  /** The id behind it in the shared reading; undefined when it is told again. To be asked for while it is told of. */
  get id(): string | undefined {
    if (!this.origin.again) this.sharedId ??= this.idOf();
    return this.sharedId;
  }

  /** The same buffer for everyone who follows the shared reading. */
  text(format: EventFormat): Buffer {
    let text = this.texts.get(format);
    if (text === undefined) {
      text = Buffer.from(this.textWith(format, this.id));
      this.texts.set(format, text);
    }
    return text;
  }

  /** For a listener that stands elsewhere. */
  textWith(format: EventFormat, id: string | undefined): string {
    const name = this.prediction === undefined ? 'removal' : 'prediction';
    return eventText(name, format === 'json' ? dataOf(this) : this.cloudEvent(), id);
  }

  private cloudEvent(): object {
    const { stream, cluster, partition, again } = this.origin;
    // Told again it is another event, though it has the place of the one that is lost.
    const distinction = again ? `-${this.prediction?.scoredAt ?? 'again'}` : '';
    const id = `${cluster.toString(16).padStart(8, '0')}-${partition}-${this.sequence}${distinction}`;
    return toCloudEvent(this, `/v1/streams/${stream}`, id);
  }
}
