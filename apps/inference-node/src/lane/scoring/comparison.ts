import { RecordBatch, ROW } from '@nearscore/grid';
import { type ScoringSession } from '@nearscore/inference';
import { predictionScoreOf } from '@nearscore/records';
import { type CandidateFigures, type ComparedRun } from './candidate-figures';
import { type CopiedRecord, fillBatch } from './copied-records';
import { TimedSession } from './timed-session';
import { type ScoredVersion, type ScorerPorts, VersionScorer } from './version-scorer';

/** So few that a batch waits little, and that many runs come of few records. */
export const COMPARED_ROWS = 16;
/** Between two comparisons: not every record of a candidate has to be compared. */
export const COMPARE_EVERY_MS = 20;

export interface ComparedVersion {
  readonly version: ScoredVersion;
  readonly session: Pick<ScoringSession, 'run'>;
}

export interface ComparedVersions {
  readonly live: ComparedVersion;
  readonly candidate: ComparedVersion;
}

/** Has copies of records scored by both versions, in runs of the same rows. Nobody gets these predictions. */
export class Comparison {
  private readonly batch: RecordBatch;
  private readonly live: ComparedScorer;
  private readonly candidate: ComparedScorer;
  private liveFirst = false;

  constructor(
    stream: string,
    versions: ComparedVersions,
    ports: Pick<ScorerPorts, 'schemas'>,
    private readonly figures: CandidateFigures,
  ) {
    this.batch = new RecordBatch(stream, COMPARED_ROWS);
    this.live = new ComparedScorer(versions.live, ports);
    this.candidate = new ComparedScorer(versions.candidate, ports);
  }

  /** Up to COMPARED_ROWS records. Never rejects: what cannot be compared is no record's loss. */
  run(records: readonly CopiedRecord[]): Promise<void> {
    return this.compare(records).catch(() => undefined);
  }

  private async compare(records: readonly CopiedRecord[]): Promise<void> {
    fillBatch(this.batch, records);
    // Who comes second finds the records in the cache.
    this.liveFirst = !this.liveFirst;
    const order = this.liveFirst ? [this.live, this.candidate] : [this.candidate, this.live];
    for (const scorer of [...order, ...order]) await scorer.run(this.batch);
    this.figures.compare(this.candidate.take(), this.live.take());
  }
}

/**
 * One of the two. Of its runs on the same rows the fastest counts: a machine that had other things to do is no fault of a
 * model, and one such run in a hundred would be its 99th percentile.
 */
class ComparedScorer {
  private readonly session: TimedSession;
  private readonly scorer: VersionScorer;
  private scores = new Float64Array(0);
  private fastestMs = Infinity;

  constructor({ version, session }: ComparedVersion, { schemas }: Pick<ScorerPorts, 'schemas'>) {
    this.session = new TimedSession(session);
    this.scorer = new VersionScorer(version, this.session, {
      ...{ schemas, maxBatch: COMPARED_ROWS },
      observe: () => undefined,
    });
  }

  async run(batch: RecordBatch): Promise<void> {
    batch.failures.length = 0;
    batch.predictionEnd.fill(0);
    batch.reservePredictions(batch.count * this.scorer.maxByteLength);
    await this.scorer.score(batch, batch.kind, ROW.score);
    this.scores = Float64Array.from({ length: batch.count }, (_, row) =>
      batch.predictionEnd[row] ? predictionScoreOf(batch.predictions, batch.predictionStart[row] ?? 0) : NaN,
    );
    this.fastestMs = Math.min(this.fastestMs, this.session.takeMs());
  }

  /** What became of the runs since it was called before. */
  take(): ComparedRun {
    const ms = this.fastestMs;
    this.fastestMs = Infinity;
    return { scores: this.scores, ms };
  }
}
