import { type FeatureKind, type ModelConfig } from '../config/model-config';

/** One field of the records that a stream's model expects. */
export interface FeatureField {
  readonly name: string;
  readonly kind: FeatureKind;
  /** Whether null may stand for "missing", because the model has a default for it. */
  readonly nullable: boolean;
  /** Present on an array field: exactly so many values of `kind`. */
  readonly length?: number;
}

/** The declared record type of a stream, in the model's order. */
export function featureFields(config: ModelConfig): readonly FeatureField[] {
  return config.inputs
    .flatMap(({ features }) => features)
    .map(({ name, kind, length, default: whenMissing }) => ({
      name,
      kind,
      nullable: whenMissing !== null,
      ...(length === null ? {} : { length }),
    }));
}
