import { type Prediction } from '@nearscore/client';
import { type ExampleModel, type ExampleVersion } from '@nearscore/local-cluster';

export interface ScoreSummary {
  readonly records: number;
  readonly scored: number;
  /** Share of scored records whose class is the observed one, 0 to 1. */
  readonly accuracy: number;
  /** Between a score and scikit-learn's probability. */
  readonly largestDifference: number;
}

/** Compares predictions with what was observed, and with what scikit-learn itself gives. */
export function summarize(
  example: ExampleModel,
  version: ExampleVersion,
  predictions: ReadonlyMap<string, Pick<Prediction, 'score'>>,
): ScoreSummary {
  let correct = 0;
  let largestDifference = 0;
  for (const { key, actual } of example.records) {
    const prediction = predictions.get(key);
    if (!prediction) continue;
    if (Number(prediction.score >= 0.5) === actual) correct++;
    const expected = example.expected.get(key)?.[version] ?? NaN;
    largestDifference = Math.max(largestDifference, Math.abs(prediction.score - expected));
  }
  const scored = predictions.size;
  return { records: example.records.length, scored, accuracy: correct / scored, largestDifference };
}
