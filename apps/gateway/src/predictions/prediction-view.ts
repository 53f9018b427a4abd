import { type Prediction } from '@nearscore/records';

/** A prediction on the wire. */
export interface PredictionView extends Omit<Prediction, 'fingerprint' | 'scoredAt'> {
  readonly key: string;
  readonly partition: number;
  /** ISO 8601 */
  readonly scoredAt: string;
}

export function toPredictionView<K>(key: K, partition: number, prediction: Prediction) {
  const { score, label, scores, model, version, epoch, sourceSequence, scoredAt } = prediction;
  return {
    ...{ key, score, label, scores: [...scores], model, version, epoch },
    ...{ sourceSequence, partition, scoredAt: new Date(scoredAt).toISOString() },
  };
}
