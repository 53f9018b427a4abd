import { durationOfBucket } from './duration-bucket';
import { type NODE_METRICS } from './metric-catalogue';
import { type MetricFactory } from './metrics-registry';
import { type CandidateCounts, type SparseCounts, type StreamState } from './scoring-snapshot';

/** What a node's lanes have seen of candidates; asked at each scrape. A stream without one has no samples. */
export function measureCandidates(
  make: MetricFactory<typeof NODE_METRICS>,
  streams: () => ReadonlyMap<string, StreamState>,
): void {
  const candidates = function* (): Generator<[string, CandidateCounts]> {
    for (const [stream, { candidate }] of streams()) if (candidate) yield [stream, candidate];
  };
  make.measured('nearscore_candidate_records', (set) => {
    for (const [stream, { samples, failed, shed }] of candidates()) {
      for (const [outcome, count] of Object.entries({ scored: samples, failed, shed })) set(count, { stream, outcome });
    }
  });
  make.measured('nearscore_candidate_compared_records', (set) => {
    for (const [stream, { scores }] of candidates()) set(countOf(scores.live), { stream });
  });
  make.measured('nearscore_candidate_run_p99_seconds', (set) => {
    for (const [stream, { runs }] of candidates()) {
      for (const role of ['candidate', 'live'] as const) {
        if (countOf(runs[role]) > 0) set(p99Of(runs[role]) / 1000, { stream, role });
      }
    }
  });
}

function countOf(counts: SparseCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** ms */
function p99Of(runs: SparseCounts): number {
  const buckets = Object.keys(runs)
    .map(Number)
    .sort((a, b) => a - b);
  let left = countOf(runs) * 0.99;
  return durationOfBucket(buckets.find((bucket) => (left -= runs[bucket] ?? 0) <= 0) ?? 0);
}
