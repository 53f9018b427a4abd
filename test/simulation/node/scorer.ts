import { type BatchSegment, type RecordBatch, ROW } from '@nearscore/grid';
import { type SimRandom } from '../engine/random';
import { type SimThread } from '../engine/sim-thread';
import { echoOf, encodePrediction, fingerprintOf } from '../grid/formats';
import { isScorable } from '../grid/writes';

export interface ScorerSettings {
  readonly scoringMs: number;
  readonly batchFailureShare: number;
  readonly passingFailureShare: number;
  /** Nothing fails any more. */
  readonly quiet: () => boolean;
}

const PREDICTION_BYTES = 96;

/** Trying again helps. */
export const PASSING = 'SIM_PASSING';

/** The model of the simulation: it repeats what it was given, takes its time, and sometimes fails as a whole. */
export class SimScorer {
  /** Of what is deployed, for batches that begin from now on. */
  epoch = 1;
  private readonly fingerprint = { high: 0, low: 0 };

  constructor(
    private readonly thread: SimThread,
    private readonly random: SimRandom,
    private readonly settings: ScorerSettings,
  ) {}

  /** Bytes are read at the end: a view that was given back too early shows. */
  async score(batch: RecordBatch): Promise<void> {
    const { scoringMs, batchFailureShare, quiet } = this.settings;
    const { epoch } = this;
    const ms = this.random.chance(0.02) ? 20 * scoringMs : this.random.gap(scoringMs);
    await new Promise<void>((resolve) => this.thread.after(ms, resolve));
    if (!quiet() && this.random.chance(batchFailureShare)) throw new Error('the model failed');
    batch.reservePredictions(batch.count * PREDICTION_BYTES);
    for (const segment of batch.segments) this.scoreSegment(batch, segment, epoch);
  }

  private scoreSegment(batch: RecordBatch, segment: BatchSegment, epoch: number): void {
    for (let row = segment.firstRow; row < segment.firstRow + segment.rowCount; row++) {
      if (batch.kind[row] === ROW.score) this.scoreRow(batch, segment.bytes, row, epoch);
    }
  }

  private failsForNow(): boolean {
    const { passingFailureShare, quiet } = this.settings;
    return passingFailureShare > 0 && !quiet() && this.random.chance(passingFailureShare);
  }

  private scoreRow(batch: RecordBatch, bytes: Buffer, row: number, epoch: number): void {
    const [valueStart, valueEnd] = [batch.valueStart[row] ?? 0, batch.valueEnd[row] ?? 0];
    const value = bytes.toString('latin1', valueStart, valueEnd);
    // The message carries the value, so that the checker knows which record was parked.
    if (!isScorable(value)) return batch.fail({ row, code: 'SIM_UNSCORABLE', message: value });
    if (this.failsForNow()) return batch.fail({ row, code: PASSING, message: value });
    fingerprintOf(bytes, valueStart, valueEnd, this.fingerprint);
    const key = bytes.toString('latin1', batch.keyStart[row], batch.keyEnd[row]);
    const sequence = batch.sequence[row] ?? -1;
    const text = encodePrediction({ echo: echoOf(key), value, sequence, epoch, ...this.fingerprint });
    const start = row * PREDICTION_BYTES;
    batch.setPrediction(row, start, start + batch.predictions.write(text, start, 'latin1'));
  }
}
