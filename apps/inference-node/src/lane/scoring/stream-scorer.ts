import { type RecordBatch } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { type CandidateReport } from '@nearscore/registry';
import { type LaneDeployment } from '../lane-messages';
import { LiveScorer } from './live-scorer';
import { type ScorerPorts } from './version-scorer';

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

export interface StreamScorerOptions extends ScorerPorts {
  readonly deployed: LaneDeployment;
  /** Of `deployed.live` */
  readonly live: ScoringSession;
  /** Of `deployed.candidate`, exactly where there is one. */
  readonly candidate?: ScoringSession;
}

export function createStreamScorer({ deployed, live, ...ports }: StreamScorerOptions): StreamScorer {
  return new LiveScorer(deployed, live, ports);
}
