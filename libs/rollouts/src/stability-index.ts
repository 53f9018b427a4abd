import { bucketsOf, countOf, type SparseHistogram } from './sparse-histogram';

const GROUPS = 10;
/** Instead of an empty group: a share of none would make the index infinite. */
const LEAST_COUNT = 0.5;

/**
 * Population stability index of `actual` against `expected`, over up to ten groups that hold about as many of the expected
 * scores each: the sum of (a − e) · ln(a / e) over the shares a and e of a group. Undefined where one of them is empty.
 */
export function stabilityIndex(expected: SparseHistogram, actual: SparseHistogram): number | undefined {
  if (countOf(expected) === 0 || countOf(actual) === 0) return undefined;
  const bounds = groupBounds(expected);
  const [before, now] = [sharesOf(expected, bounds), sharesOf(actual, bounds)];
  return before.reduce((sum, share, group) => {
    const shareNow = now[group] ?? 0;
    return sum + (shareNow - share) * Math.log(shareNow / share);
  }, 0);
}

/**
 * The last bucket of each group but the last one, which has no end. Scores that the expected version never gives stand apart
 * from those that it does: below its first bucket, and above its last.
 */
function groupBounds(expected: SparseHistogram): number[] {
  const buckets = bucketsOf(expected);
  const bounds = [(buckets[0]?.bucket ?? 0) - 1];
  let [held, left] = [0, countOf(expected)];
  for (const { bucket, count } of buckets) {
    held += count;
    // Of what is left, because one bucket may hold most of all.
    if (held < left / Math.max(1, GROUPS + 1 - bounds.length)) continue;
    bounds.push(bucket);
    [held, left] = [0, left - held];
  }
  return bounds;
}

function sharesOf(histogram: SparseHistogram, bounds: readonly number[]): number[] {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const { bucket, count } of bucketsOf(histogram)) {
    const group = bounds.findIndex((bound) => bucket <= bound);
    const at = group < 0 ? bounds.length : group;
    counts[at] = (counts[at] ?? 0) + count;
  }
  const total = counts.reduce((sum, count) => sum + Math.max(LEAST_COUNT, count), 0);
  return counts.map((count) => Math.max(LEAST_COUNT, count) / total);
}
