const UNIT_BUCKETS = 50;
const LOG_FACTOR = Math.log(1.05);

/**
 * The bucket of a finite score, for comparing distributions; it rises with the score. 0–49 are the fiftieths of [0, 1], the
 * scores of classifiers; above, each reaches 5 % further than the one before, and below zero they mirror that.
 */
export function scoreBucketOf(score: number): number {
  if (score < 0) return -1 - Math.floor(Math.log1p(-score) / LOG_FACTOR);
  if (score > 1) return UNIT_BUCKETS + Math.floor(Math.log(score) / LOG_FACTOR);
  return Math.min(UNIT_BUCKETS - 1, Math.floor(score * UNIT_BUCKETS));
}
