import { type RecordBatch, ROW } from '@nearscore/grid';
import { type LaneShadow } from '@nearscore/grid-transport';
import { type CandidateReport, type DeployedCandidate } from '@nearscore/registry';
import { type LaneDeployment } from '../lane-messages';
import { CandidateFigures } from './candidate-figures';
import { type CandidatePorts } from './candidate-lane';
import { COMPARE_EVERY_MS, COMPARED_ROWS, type ComparedVersions, Comparison } from './comparison';
import { ShadowWriter } from './shadow-writer';
import { SpareTime } from './spare-time';
import { type StreamScorer } from './stream-scorer';
import { VersionScorer } from './version-scorer';

const SLICE_ROWS = 64;

/** A candidate that scores what the live version has answered, when there is time. */
export class ShadowScorer implements StreamScorer {
  private readonly live: VersionScorer;
  private readonly figures: CandidateFigures;
  private readonly writer: ShadowWriter;
  private readonly comparison: Comparison;
  private readonly spareTime: SpareTime;
  private comparedAt = -Infinity;

  constructor(
    readonly deployed: LaneDeployment,
    candidate: DeployedCandidate,
    versions: ComparedVersions,
    shadow: LaneShadow,
    ports: CandidatePorts,
  ) {
    const { stream } = deployed.deployment;
    const unseen = { schemas: ports.schemas, maxBatch: SLICE_ROWS, observe: () => undefined };
    const scorer = new VersionScorer(versions.candidate.version, versions.candidate.session, unseen);
    this.live = new VersionScorer(versions.live.version, versions.live.session, ports);
    this.figures = new CandidateFigures(candidate);
    this.writer = new ShadowWriter(stream, scorer, shadow, this.figures, SLICE_ROWS);
    this.comparison = new Comparison(stream, versions, ports, this.figures);
    this.spareTime = new SpareTime(ports.lane, () => this.slice());
  }

  async score(batch: RecordBatch): Promise<void> {
    batch.reservePredictions(batch.count * this.live.maxByteLength);
    await this.live.score(batch, batch.kind, ROW.score);
    this.writer.copy(batch);
    this.spareTime.wake();
  }

  candidateReport(): CandidateReport {
    return this.figures.report();
  }

  async close(): Promise<void> {
    // At once: when the next epoch is settled, nothing of this one is written any more.
    this.writer.stop();
    await Promise.all([this.spareTime.close(), this.live.idle()]);
    this.writer.close();
  }

  private async slice(): Promise<number | undefined> {
    const { records, nextInMs } = await this.writer.slice();
    const now = performance.now();
    if (records.length > 0 && now - this.comparedAt >= COMPARE_EVERY_MS) {
      this.comparedAt = now;
      await this.comparison.run(records.slice(0, COMPARED_ROWS));
    }
    return nextInMs;
  }
}
