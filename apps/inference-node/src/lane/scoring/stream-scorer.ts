import { type RecordBatch } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { type CandidateReport, shadowMapOf } from '@nearscore/registry';
import { type LaneDeployment, type LaneModel } from '../lane-messages';
import { noteOf } from '../lane-pulse';
import { type CandidatePorts } from './candidate-lane';
import { type ComparedVersion } from './comparison';
import { LiveScorer } from './live-scorer';
import { ShadowScorer } from './shadow-scorer';
import { SplitScorer } from './split-scorer';
import { notedSession } from './timed-session';

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

export interface StreamScorerOptions extends CandidatePorts {
  readonly deployed: LaneDeployment;
  /** Of `deployed.live` */
  readonly live: ScoringSession;
  /** Of `deployed.candidate`, exactly where there is one. */
  readonly candidate?: ScoringSession | undefined;
}

export function createStreamScorer({ deployed, live, candidate, ...ports }: StreamScorerOptions): StreamScorer {
  const { deployment } = deployed;
  if (!deployment.candidate || !deployed.candidate || !candidate) return new LiveScorer(deployed, live, ports);
  const versions = {
    live: comparedVersion(deployed, deployed.live, live, ports),
    candidate: comparedVersion(deployed, deployed.candidate, candidate, ports),
  };
  if (deployment.candidate.mode === 'split') return new SplitScorer(deployed, deployment.candidate, versions, ports);
  const { stream: name, featureMap: recordMap, predictionMap } = deployment;
  const shadow = ports.lane.openShadow({ name, recordMap, predictionMap }, shadowMapOf(name));
  return new ShadowScorer(deployed, deployment.candidate, versions, shadow, ports);
}

function comparedVersion(
  { deployment: { stream, epoch } }: LaneDeployment,
  { model, version, config }: LaneModel,
  session: ScoringSession,
  { pulse }: CandidatePorts,
): ComparedVersion {
  const note = noteOf({ stage: 'run', stream, model, version });
  return { version: { model, version, epoch, config }, session: notedSession(session, pulse, note) };
}
