import { type FollowedStream } from '@nearscore/grid';
import { type LaneShadow } from '@nearscore/grid-transport';
import { type LanePulse } from '../lane-pulse';
import { type ScorerPorts } from './version-scorer';

/** What scoring a candidate needs of its lane besides; LaneServer fits. */
export interface CandidateLane {
  /** Whether a batch is with its handler: what may wait waits. */
  readonly isScoring: boolean;
  /** Keeps second predictions of a stream's records in a map of their own. */
  openShadow(stream: FollowedStream, map: string): LaneShadow;
}

export interface CandidatePorts extends ScorerPorts {
  readonly lane: CandidateLane;
  /** Where it is noted that the candidate runs: it may hang. */
  readonly pulse: Pick<LanePulse, 'during'>;
}
