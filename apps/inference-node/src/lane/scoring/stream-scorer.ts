import { type RecordBatch } from '@nearscore/grid';
import { type CandidateReport } from '@nearscore/registry';
import { type LaneDeployment } from '../lane-messages';

/** One deployment epoch of one stream in this lane. It uses sessions, and owns none. */
export interface StreamScorer {
  readonly deployed: LaneDeployment;
  /** Sets a prediction or a failure for every row that wants one; each is of one version, and says which. */
  score(batch: RecordBatch): Promise<void>;
  /** What was seen of the candidate since the scorer was made; undefined: the deployment has none. */
  candidateReport(): CandidateReport | undefined;
  /** To be called when no more batches come. Resolves when the sessions are used no more: only then may they be released. */
  close(): Promise<void>;
}
