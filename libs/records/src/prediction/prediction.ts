/** What lies in `predictions.<stream>` under the record's key. */
export interface Prediction {
  readonly score: number;
  /** null for a regression. */
  readonly label: string | null;
  /** Every column of the model's scores output. */
  readonly scores: readonly number[];
  readonly model: string;
  readonly version: number;
  /** The deployment's epoch. */
  readonly epoch: number;
  /** The position in its partition's journal of the record that was scored. */
  readonly sourceSequence: number;
  /** Of the record's value bytes, as fingerprintOf gives it: signed, 64 bits. */
  readonly fingerprint: bigint;
  /** Epoch milliseconds. */
  readonly scoredAt: number;
}

/** The class under which a grid client registers `predictionSerializer`. */
export class PredictionRecord implements Prediction {
  constructor(
    readonly score: number,
    readonly label: string | null,
    readonly scores: readonly number[],
    readonly model: string,
    readonly version: number,
    readonly epoch: number,
    readonly sourceSequence: number,
    readonly fingerprint: bigint,
    readonly scoredAt: number,
  ) {}
}
