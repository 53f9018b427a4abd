import { type ModelConfig } from '../config/model-config';
import { type TensorDatatype } from '../config/model-signature';
import { type Fingerprint } from '../fingerprint';

/** A run's outputs by name, row-major; the first of `dims` is the number of rows. */
export interface OutputColumns {
  readonly [output: string]: {
    readonly datatype: TensorDatatype;
    readonly data: ArrayLike<number | bigint | string>;
    readonly dims: readonly number[];
  };
}

export interface PredictionOrigin {
  readonly config: ModelConfig;
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
}

/** Writes predictions of one deployment epoch. */
export class PredictionEncoder {
  /** No prediction of this encoder takes more bytes. */
  readonly maxByteLength: number = 0;

  constructor(private readonly origin: PredictionOrigin) {}

  encode(
    _target: Buffer,
    _offset: number,
    _outputs: OutputColumns,
    _row: number,
    _sourceSequence: number,
    _fingerprint: Readonly<Fingerprint>,
    _scoredAtMs: number,
  ): number {
    return this.origin.version > 0 ? -1 : 0;
  }
}
