import { messageOf } from '@nearscore/errors';
import { type FollowedStream, type RecordBatch } from '@nearscore/grid';
import { createScoringSession, type ScoringSession } from '@nearscore/inference';
import { type LaneDeployment } from './lane-messages';
import { type ActivityNote, type LaneActivity, type LanePulse, noteOf } from './lane-pulse';
import { createStreamScorer, type StreamScorer } from './scoring/stream-scorer';
import { type StageObserver } from './scoring/version-scorer';
import { type SchemaSource } from './schema-source';

export interface DeploymentOutcome {
  readonly stream: string;
  readonly epoch: number;
  readonly error?: string;
}

/** The scorers of this lane, one per stream; replaced between two batches when a deployment's epoch changes. */
export class DeployedStreams {
  private readonly scorers = new Map<string, StreamScorer>();
  private readonly sessions = new Map<StreamScorer, ScoringSession>();
  private readonly notes = new WeakMap<StreamScorer, ActivityNote>();

  constructor(
    private readonly schemas: SchemaSource,
    private readonly maxBatch: number,
    private readonly observe: StageObserver,
    private readonly pulse: LanePulse,
  ) {}

  /** Loads what is new, replaces what changed, drops what is gone. A version that cannot be loaded changes nothing. */
  async deploy(deployments: readonly LaneDeployment[]): Promise<DeploymentOutcome[]> {
    const wanted = new Set(deployments.map(({ deployment }) => deployment.stream));
    for (const [stream, scorer] of this.scorers) {
      if (wanted.has(stream)) continue;
      this.scorers.delete(stream);
      await this.retire(scorer);
    }
    const outcomes: DeploymentOutcome[] = [];
    for (const deployed of deployments) outcomes.push(await this.deployOne(deployed));
    return outcomes;
  }

  /** What can be scored here, as the follower wants it. */
  followed(): FollowedStream[] {
    return [...this.scorers.values()].map(({ deployed: { deployment } }) => ({
      name: deployment.stream,
      recordMap: deployment.featureMap,
      predictionMap: deployment.predictionMap,
    }));
  }

  deploymentOf(stream: string): LaneDeployment['deployment'] | undefined {
    return this.scorers.get(stream)?.deployed.deployment;
  }

  score(batch: RecordBatch): Promise<void> {
    const scorer = this.scorers.get(batch.stream);
    if (!scorer) return Promise.reject(new Error(`Stream ${batch.stream} is not deployed here`));
    return this.pulse.during(this.noteOf(scorer), () => scorer.score(batch));
  }

  async close(): Promise<void> {
    await this.deploy([]);
  }

  private noteOf(scorer: StreamScorer): ActivityNote {
    let note = this.notes.get(scorer);
    if (!note) this.notes.set(scorer, (note = noteOf({ ...activityOf(scorer.deployed), stage: 'run' })));
    return note;
  }

  private async deployOne(deployed: LaneDeployment): Promise<DeploymentOutcome> {
    const { stream, epoch } = deployed.deployment;
    const current = this.scorers.get(stream);
    if (current?.deployed.deployment.epoch === epoch) return { stream, epoch };
    try {
      const loading = noteOf({ ...activityOf(deployed), stage: 'load' });
      this.scorers.set(stream, await this.pulse.during(loading, () => this.load(deployed)));
      if (current) await this.retire(current);
      return { stream, epoch };
    } catch (error) {
      return { stream, epoch, error: messageOf(error) };
    }
  }

  private async load(deployed: LaneDeployment): Promise<StreamScorer> {
    const session = await createScoringSession(deployed.live.onnx);
    await session.warmUp(deployed.live.config, [1, 8, 64, this.maxBatch]);
    const { schemas, maxBatch, observe } = this;
    const scorer = createStreamScorer({ deployed, live: session, schemas, maxBatch, observe });
    this.sessions.set(scorer, session);
    return scorer;
  }

  private async retire(scorer: StreamScorer): Promise<void> {
    await scorer.close();
    await this.sessions.get(scorer)?.release();
    this.sessions.delete(scorer);
  }
}

function activityOf({ deployment }: LaneDeployment): Omit<LaneActivity, 'stage'> {
  const { stream, model, version } = deployment;
  return { stream, model, version };
}
