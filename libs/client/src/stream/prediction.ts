/** What a model says of a record. */
export interface Prediction<TLabel extends string = string> {
  readonly key: string;
  readonly score: number;
  readonly label: TLabel | null;
  /** One for each class, if the model gives them. */
  readonly scores: readonly number[];
  readonly model: string;
  readonly version: number;
  /** Of the deployment: rises with each change of what scores the stream. */
  readonly epoch: number;
  /** The position, in its partition's journal, of the write that was scored: with `key`, what tells repeats apart. */
  readonly sourceSequence: number;
  readonly partition: number;
  /** ISO 8601 */
  readonly scoredAt: string;
}

/** A key as listeners get it: grid clients may have written others than text. */
export interface ListenedKey {
  /** null: neither text nor a whole number */
  readonly key: string | null;
  /** The key as the grid holds it, in base64; only where `key` is null. */
  readonly keyData?: string;
}

/** Where to go on behind an event: hand it to the next listening as `lastEventId`. */
export interface EventPosition {
  /** undefined: nothing was told yet that could be resumed */
  readonly lastEventId: string | undefined;
}

/** A prediction of an export. */
export type ExportedPrediction<TLabel extends string = string> = Omit<Prediction<TLabel>, 'key'> & ListenedKey;

/** A prediction that was stored just now. */
export type ListenedPrediction<TLabel extends string = string> = ExportedPrediction<TLabel> & EventPosition;

/** A record was removed, and its prediction with it. */
export interface PredictionRemoval extends ListenedKey, EventPosition {
  readonly partition: number;
}

export type PredictionChange<TLabel extends string = string> =
  ({ readonly type: 'prediction' } & ListenedPrediction<TLabel>) | ({ readonly type: 'removal' } & PredictionRemoval);
