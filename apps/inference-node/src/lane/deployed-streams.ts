import { messageOf } from '@nearscore/errors';
import { type FollowedStream, type RecordBatch } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { type CandidateReport, type Deployment } from '@nearscore/registry';
import { type LaneDeployment, type LaneModel, type LaneModelName } from './lane-messages';
import { modelsOf } from './lane-model';
import { type ActivityNote, type LanePulse, noteOf } from './lane-pulse';
import { type StreamScorer } from './scoring/stream-scorer';
import { type SessionPool } from './session-pool';

/** Of the versions that a deployment names. */
export interface DeployedSessions {
  readonly live: ScoringSession;
  readonly candidate?: ScoringSession;
}

/** What `deploy` and `prepare` tell of, while they go on. */
export interface StreamsListener {
  /** Other streams are scored from now on, or one of them by another epoch. */
  changed(): void;
  /** The epoch scores from the next batch on. @param prepared nothing had to be loaded for it */
  applied(deployment: Deployment, prepared: boolean): void;
  /** The epoch cannot score, and no other does in its place. */
  failed(deployment: Deployment, reason: string): void;
  /** @param error undefined: it is loaded and warm */
  prepared(model: LaneModelName, error: string | undefined): void;
}

export interface DeployedStreamsParts {
  readonly pool: SessionPool;
  readonly createScorer: (deployed: LaneDeployment, sessions: DeployedSessions) => StreamScorer;
  readonly pulse: LanePulse;
}

/**
 * The scorers of this lane, one per stream; replaced between two batches when a deployment's epoch changes. Sessions are
 * kept for what is deployed, for what is prepared, and for batches that a replaced scorer has not ended yet.
 */
export class DeployedStreams {
  private readonly scorers = new Map<string, StreamScorer>();
  /** Replaced ones that have a batch to end. */
  private readonly closing = new Map<StreamScorer, Promise<void>>();
  private readonly notes = new WeakMap<StreamScorer, ActivityNote>();
  private readonly lastScored = new Map<string, Deployment>();
  private wanted: readonly LaneDeployment[] = [];
  private prepared: readonly LaneModel[] = [];
  private listener: StreamsListener | undefined;

  constructor(private readonly parts: DeployedStreamsParts) {}

  listen(listener: StreamsListener): void {
    this.listener = listener;
  }

  /**
   * Drops what is gone, replaces what changed, at once where all is loaded. Until its versions are loaded a stream is scored as
   * before; when one cannot be, by nobody. Told again, it tries again. Resolves when all is done, or was overtaken.
   */
  async deploy(deployments: readonly LaneDeployment[]): Promise<void> {
    this.wanted = deployments;
    const streams = new Set(deployments.map(({ deployment }) => deployment.stream));
    for (const stream of this.scorers.keys()) if (!streams.has(stream)) this.drop(stream);
    await Promise.all(deployments.filter((it) => !this.applies(it)).map((it) => this.apply(it)));
    await this.releaseUnused();
  }

  /** Has these versions loaded beside what is deployed, and none of those that it was told before. */
  async prepare(models: readonly LaneModel[]): Promise<void> {
    this.prepared = models;
    await this.releaseUnused();
    await Promise.all(models.map((model) => this.prepareOne(model)));
    await this.releaseUnused();
  }

  /** What can be scored here, as the follower wants it. */
  followed(): FollowedStream[] {
    return [...this.scorers.values()].map(({ deployed: { deployment } }) => ({
      name: deployment.stream,
      recordMap: deployment.featureMap,
      predictionMap: deployment.predictionMap,
      ...(deployment.rescoreBefore && { rescoreBefore: deployment.rescoreBefore }),
    }));
  }

  /** By which the next batch is scored. */
  deploymentOf(stream: string): Deployment | undefined {
    return this.scorers.get(stream)?.deployed.deployment;
  }

  /** By which the last batch was. */
  scoredBy(stream: string): Deployment | undefined {
    return this.lastScored.get(stream);
  }

  candidateReportOf(stream: string): CandidateReport | undefined {
    return this.scorers.get(stream)?.candidateReport();
  }

  score(batch: RecordBatch): Promise<void> {
    const scorer = this.scorers.get(batch.stream);
    if (!scorer) return Promise.reject(new Error(`Stream ${batch.stream} is not deployed here`));
    this.lastScored.set(batch.stream, scorer.deployed.deployment);
    return this.parts.pulse.during(this.noteOf(scorer), () => scorer.score(batch));
  }

  async close(): Promise<void> {
    this.prepared = [];
    await this.deploy([]);
    await Promise.all(this.closing.values());
  }

  private applies({ deployment: { stream, epoch } }: LaneDeployment): boolean {
    return this.deploymentOf(stream)?.epoch === epoch;
  }

  private async apply(deployed: LaneDeployment): Promise<void> {
    const { deployment, live, candidate } = deployed;
    const { pool, createScorer } = this.parts;
    const prepared = modelsOf(deployed).every((model) => pool.has(model));
    try {
      const sessions = {
        live: await pool.session(live),
        ...(candidate && { candidate: await pool.session(candidate) }),
      };
      // It was told something else meanwhile, and its sessions may be gone.
      if (!this.wanted.includes(deployed)) return;
      this.replace(deployment.stream, createScorer(deployed, sessions));
      this.listener?.applied(deployment, prepared);
    } catch (error) {
      if (!this.wanted.includes(deployed)) return;
      this.drop(deployment.stream);
      this.listener?.failed(deployment, messageOf(error));
    }
  }

  private async prepareOne(model: LaneModel): Promise<void> {
    const error = await this.parts.pool.session(model).then(() => undefined, messageOf);
    if (this.prepared.includes(model)) this.listener?.prepared(model, error);
  }

  private replace(stream: string, scorer: StreamScorer): void {
    const former = this.scorers.get(stream);
    this.scorers.set(stream, scorer);
    if (former) this.retire(former);
    this.listener?.changed();
  }

  private drop(stream: string): void {
    const former = this.scorers.get(stream);
    if (!former) return;
    this.scorers.delete(stream);
    this.retire(former);
    this.listener?.changed();
  }

  /** Its sessions go when its last batch is through, which holds nothing else up. */
  private retire(scorer: StreamScorer): void {
    const closed = scorer.close().then(() => {
      this.closing.delete(scorer);
      return this.releaseUnused();
    });
    this.closing.set(scorer, closed);
  }

  private async releaseUnused(): Promise<void> {
    const scorers = [...this.scorers.values(), ...this.closing.keys()].map(({ deployed }) => deployed);
    await this.parts.pool.keep([...this.prepared, ...[...this.wanted, ...scorers].flatMap(modelsOf)]);
  }

  private noteOf(scorer: StreamScorer): ActivityNote {
    let note = this.notes.get(scorer);
    if (!note) {
      const { stream, model, version } = scorer.deployed.deployment;
      this.notes.set(scorer, (note = noteOf({ stage: 'run', stream, model, version })));
    }
    return note;
  }
}
