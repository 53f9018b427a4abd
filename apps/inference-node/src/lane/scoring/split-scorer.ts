import { type RecordBatch, ROW } from '@nearscore/grid';
import { shareOf } from '@nearscore/records';
import { type CandidateReport, type DeployedCandidate } from '@nearscore/registry';
import { type LaneDeployment } from '../lane-messages';
import { CandidateFigures } from './candidate-figures';
import { type CandidatePorts } from './candidate-lane';
import { COMPARE_EVERY_MS, COMPARED_ROWS, type ComparedVersions, Comparison } from './comparison';
import { CopiedRecords } from './copied-records';
import { SpareTime } from './spare-time';
import { type StreamScorer } from './stream-scorer';
import { VersionScorer } from './version-scorer';

const ROUTE = { live: 0, candidate: 1, nobody: 2 } as const;

const SAMPLE_LIMITS = { records: 256, bytes: 1024 * 1024 };

/** A candidate that answers for its share of the keys. Some of its records are scored by the live version too, for comparison. */
export class SplitScorer implements StreamScorer {
  private readonly live: VersionScorer;
  private readonly scorer: VersionScorer;
  private readonly figures: CandidateFigures;
  private readonly samples = new CopiedRecords(SAMPLE_LIMITS);
  private readonly comparison: Comparison;
  private readonly spareTime: SpareTime;
  /** Whose each row of the batch is. */
  private routes = new Uint8Array(0);

  constructor(
    readonly deployed: LaneDeployment,
    private readonly candidate: DeployedCandidate,
    versions: ComparedVersions,
    ports: CandidatePorts,
  ) {
    this.live = new VersionScorer(versions.live.version, versions.live.session, ports);
    this.scorer = new VersionScorer(versions.candidate.version, versions.candidate.session, ports);
    this.figures = new CandidateFigures(candidate);
    this.comparison = new Comparison(deployed.deployment.stream, versions, ports, this.figures);
    this.spareTime = new SpareTime(ports.lane, () => this.compare());
  }

  async score(batch: RecordBatch): Promise<void> {
    const rows = this.route(batch);
    batch.reservePredictions(batch.count * Math.max(this.live.maxByteLength, this.scorer.maxByteLength));
    await this.live.score(batch, this.routes, ROUTE.live);
    if (rows === 0) return;
    const failedBefore = batch.failures.length;
    await this.scorer.score(batch, this.routes, ROUTE.candidate, this.live.predictionsEnd);
    const failed = batch.failures.length - failedBefore;
    this.figures.failed += failed;
    this.figures.samples += rows - failed;
    this.sample(batch);
  }

  candidateReport(): CandidateReport {
    return this.figures.report();
  }

  async close(): Promise<void> {
    await Promise.all([this.spareTime.close(), this.live.idle(), this.scorer.idle()]);
  }

  /** Returns how many rows are the candidate's. */
  private route(batch: RecordBatch): number {
    const { percent, salt } = this.candidate;
    if (this.routes.length < batch.count) this.routes = new Uint8Array(batch.kind.length);
    let rows = 0;
    for (const { bytes, firstRow, rowCount } of batch.segments) {
      for (let row = firstRow; row < firstRow + rowCount; row++) {
        this.routes[row] = ROUTE.nobody;
        if (batch.kind[row] !== ROW.score) continue;
        const isCandidates = shareOf(bytes, batch.keyStart[row] ?? 0, batch.keyEnd[row] ?? 0, salt) < percent;
        this.routes[row] = isCandidates ? ROUTE.candidate : ROUTE.live;
        if (isCandidates) rows++;
      }
    }
    return rows;
  }

  private sample(batch: RecordBatch): void {
    if (this.samples.isFull) return;
    for (const segment of batch.segments) {
      const end = segment.firstRow + segment.rowCount;
      for (let row = segment.firstRow; row < end; row++) {
        if (this.routes[row] === ROUTE.candidate) this.samples.copy(batch, segment, row);
      }
    }
    this.spareTime.wake();
  }

  private async compare(): Promise<number | undefined> {
    const records = this.samples.take(COMPARED_ROWS);
    if (records.length > 0) await this.comparison.run(records);
    return this.samples.size > 0 ? COMPARE_EVERY_MS : undefined;
  }
}
