import { type RecordBatch, ROW } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { type LaneDeployment } from '../lane-messages';
import { type StreamScorer } from './stream-scorer';
import { type ScorerPorts, VersionScorer } from './version-scorer';

/** A stream without a candidate: every row is the live version's. */
export class LiveScorer implements StreamScorer {
  private readonly live: VersionScorer;

  constructor(
    readonly deployed: LaneDeployment,
    session: ScoringSession,
    ports: ScorerPorts,
  ) {
    this.live = new VersionScorer({ ...deployed.live, epoch: deployed.deployment.epoch }, session, ports);
  }

  score(batch: RecordBatch): Promise<void> {
    batch.reservePredictions(batch.count * this.live.maxByteLength);
    return this.live.score(batch, batch.kind, ROW.score);
  }

  candidateReport(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return this.live.idle();
  }
}
