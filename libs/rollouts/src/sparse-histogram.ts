/** Observations per bucket, by the bucket's number; buckets without any are left out. */
export type SparseHistogram = Readonly<Record<string, number>>;

export function mergeHistograms(histograms: readonly SparseHistogram[]): SparseHistogram {
  const merged: Record<string, number> = {};
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram)) merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return merged;
}

export function countOf(histogram: SparseHistogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0);
}

/** Buckets that hold something, rising by their numbers. */
export function bucketsOf(histogram: SparseHistogram): { readonly bucket: number; readonly count: number }[] {
  return Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.bucket - b.bucket);
}

/** The bucket of the `quantile` (0..1) of the observations; undefined where there are none. */
export function quantileBucket(histogram: SparseHistogram, quantile: number): number | undefined {
  const rank = Math.max(1, Math.ceil(quantile * countOf(histogram)));
  let seen = 0;
  return bucketsOf(histogram).find(({ count }) => (seen += count) >= rank)?.bucket;
}
