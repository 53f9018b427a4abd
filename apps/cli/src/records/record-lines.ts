import { type ListenedKey, type Prediction } from '@nearscore/client';

/** A prediction, a line per part. */
export function predictionPairs(prediction: Prediction): [string, unknown][] {
  const { key, score, label, scores, model, version, epoch, sourceSequence, partition, scoredAt } = prediction;
  return [
    ['key', key],
    ['score', score],
    ['label', label],
    ['scores', scores.join(' ')],
    ['scored by', `${model} ${version}`],
    ['scored at', scoredAt],
    ['partition', partition],
    ['epoch', epoch],
    ['source sequence', sourceSequence],
  ];
}

/** A key that is no text is shown as the grid holds it. */
export function shownKey({ key, keyData }: ListenedKey): string {
  return key ?? `base64:${keyData ?? ''}`;
}
