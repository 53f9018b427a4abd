import { type ScoringSession } from '@nearscore/inference';
import { shadowMapOf } from '@nearscore/registry';
import { type LaneDeployment, type LaneModel } from '../lane-messages';
import { noteOf } from '../lane-pulse';
import { type CandidatePorts } from './candidate-lane';
import { type ComparedVersion } from './comparison';
import { LiveScorer } from './live-scorer';
import { ShadowScorer } from './shadow-scorer';
import { SplitScorer } from './split-scorer';
import { type StreamScorer } from './stream-scorer';
import { notedSession } from './timed-session';

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
