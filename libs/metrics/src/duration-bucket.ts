const FACTOR = 1.1;
/** From a microsecond to three hours. */
const [FIRST, LAST] = [-72, 170];

/** The bucket of a duration, each a tenth wider than the one before: percentiles of it are at most a tenth too high. */
export function durationBucketOf(ms: number): number {
  if (ms <= durationOfBucket(FIRST)) return FIRST;
  return Math.min(LAST, Math.ceil(Math.log(ms) / Math.log(FACTOR) - 1e-9));
}

/** Its upper bound in ms. */
export function durationOfBucket(bucket: number): number {
  return FACTOR ** bucket;
}
