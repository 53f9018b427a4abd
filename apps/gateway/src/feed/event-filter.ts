import { type Prediction } from '@nearscore/records';

/** Which events a listener wants. */
export interface EventFilter {
  /** Absent: any label, and none. */
  readonly labels?: ReadonlySet<string>;
  readonly minScore?: number;
  readonly keyPrefix?: string;
}

/**
 * @param key null: one that is no text, int or long, so that no prefix fits
 * @param prediction undefined: it was removed. What it was is not known any more, so only the key decides
 */
export function matches(
  { labels, minScore, keyPrefix }: EventFilter,
  key: string | null,
  prediction: Prediction | undefined,
): boolean {
  if (keyPrefix !== undefined && !(key?.startsWith(keyPrefix) ?? false)) return false;
  if (prediction === undefined) return true;
  if (minScore !== undefined && !(prediction.score >= minScore)) return false;
  return labels === undefined || (prediction.label !== null && labels.has(prediction.label));
}
