import { durationBucketOf } from '@nearscore/metrics';
import { scoreBucketOf } from '@nearscore/records';
import { type CandidateReport } from '@nearscore/registry';

/** How one of the two versions did on the compared records. */
export interface ComparedRun {
  /** One per record; NaN: it could not be scored. */
  readonly scores: Float64Array;
  /** Of the runs of the model alone. */
  readonly ms: number;
}

/** Counts what is seen of a candidate. */
export class CandidateFigures {
  samples = 0;
  failed = 0;
  shed = 0;
  private readonly compared = { samples: 0, failed: 0 };
  private readonly scores = { candidate: new SparseCounts(), live: new SparseCounts() };
  private readonly runs = { candidate: new SparseCounts(), live: new SparseCounts() };

  constructor(private readonly candidate: { readonly model: string; readonly version: number }) {}

  /** Both have run on the same records. */
  compare(candidate: ComparedRun, live: ComparedRun): void {
    this.runs.candidate.add(durationBucketOf(candidate.ms));
    this.runs.live.add(durationBucketOf(live.ms));
    live.scores.forEach((liveScore, index) => {
      const score = candidate.scores[index] ?? NaN;
      if (Number.isNaN(liveScore)) this.compared.failed++;
      else this.compared.samples++;
      // A record of which only one has a score would shift the one's distribution.
      if (Number.isNaN(liveScore) || Number.isNaN(score)) return;
      this.scores.candidate.add(scoreBucketOf(score));
      this.scores.live.add(scoreBucketOf(liveScore));
    });
  }

  report(): CandidateReport {
    const { model, version } = this.candidate;
    const { samples, failed, shed, scores, runs } = this;
    return {
      ...{ model, version, samples, failed, shed, compared: { ...this.compared } },
      scores: { candidate: scores.candidate.toRecord(), live: scores.live.toRecord() },
      runs: { candidate: runs.candidate.toRecord(), live: runs.live.toRecord() },
    };
  }
}

class SparseCounts {
  private readonly counts = new Map<number, number>();

  add(bucket: number): void {
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}
