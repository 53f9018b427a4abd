import { type RecordBatch, ROW } from '@nearscore/grid';
import { runIsolated, type ScoringSession } from '@nearscore/inference';
import {
  createInputRows,
  type Fingerprint,
  fingerprintOf,
  type InputRows,
  PredictionEncoder,
  RecordDecoder,
  type RecordFailure,
} from '@nearscore/records';
import { type LaneDeployment } from './lane-messages';
import { type SchemaSource } from './schema-source';

/** Where a scorer tells how long its stages took, in ms. */
export type StageObserver = (stage: 'decode' | 'run' | 'encode', ms: number) => void;

/** One deployment epoch of one stream in this lane: record bytes in, prediction bytes out. One batch = one model. */
export class StreamScorer {
  private readonly decoder: RecordDecoder;
  private readonly encoder: PredictionEncoder;
  private readonly inputs: InputRows[];
  /** The batch's row of each tensor row. */
  private readonly rowOf: Int32Array;
  private readonly fingerprint: Fingerprint = { high: 0, low: 0 };
  private predictionsEnd = 0;
  private inUse = false;
  private retired = false;

  constructor(
    readonly deployed: LaneDeployment,
    private readonly session: ScoringSession,
    private readonly schemas: SchemaSource,
    private readonly maxBatch: number,
    private readonly observe: StageObserver,
  ) {
    const { deployment } = deployed;
    const { config } = deployed.live;
    const { model, version, epoch } = deployment;
    this.decoder = new RecordDecoder(config);
    this.encoder = new PredictionEncoder({ config, model, version, epoch });
    this.inputs = createInputRows(config, maxBatch);
    this.rowOf = new Int32Array(maxBatch);
  }

  /** Sets a prediction or a failure for every row that wants one. */
  async score(batch: RecordBatch): Promise<void> {
    this.inUse = true;
    try {
      batch.reservePredictions(batch.count * this.encoder.maxByteLength);
      this.predictionsEnd = 0;
      for (let row = 0; row < batch.count;) row = await this.scoreFrom(batch, row);
    } finally {
      this.inUse = false;
      if (this.retired) await this.session.release();
    }
  }

  /** Gives the session's memory back, after the batch in flight if there is one. */
  async retire(): Promise<void> {
    this.retired = true;
    if (!this.inUse) await this.session.release();
  }

  /** Scores up to `maxBatch` rows from `first` on; returns the row behind them. */
  private async scoreFrom(batch: RecordBatch, first: number): Promise<number> {
    const decodeStarted = performance.now();
    const { end, count } = await this.decodeFrom(batch, first);
    const runStarted = performance.now();
    const { segments, failures } = await runIsolated(this.session, this.inputs, count);
    const encodeStarted = performance.now();
    for (const segment of segments) this.encode(batch, segment.outputs, segment.start, segment.count);
    for (const { row, error } of failures) {
      batch.fail({ row: this.rowOf[row] ?? -1, code: error.code, message: error.message });
    }
    this.observe('decode', runStarted - decodeStarted);
    this.observe('run', encodeStarted - runStarted);
    this.observe('encode', performance.now() - encodeStarted);
    return end;
  }

  private async decodeFrom(batch: RecordBatch, first: number): Promise<{ end: number; count: number }> {
    let count = 0;
    let row = first;
    for (const segment of batch.segments) {
      const end = segment.firstRow + segment.rowCount;
      for (; row < end && count < this.maxBatch; row++) {
        if (batch.kind[row] !== ROW.score) continue;
        let failure = this.decode(batch, segment.bytes, row, count);
        if (failure?.kind === 'unknown-schema') {
          failure = await this.learnSchema(failure.schemaId, () => this.decode(batch, segment.bytes, row, count));
        }
        if (failure) batch.fail({ row, code: failure.code, field: failure.field, message: failure.message });
        else this.rowOf[count++] = row;
      }
    }
    return { end: row, count };
  }

  private decode(batch: RecordBatch, bytes: Buffer, row: number, into: number): ReturnType<RecordDecoder['decode']> {
    return this.decoder.decode(bytes, batch.valueStart[row] ?? 0, batch.valueEnd[row] ?? 0, this.inputs, into);
  }

  private async learnSchema(
    schemaId: bigint,
    again: () => ReturnType<RecordDecoder['decode']>,
  ): Promise<RecordFailure | undefined> {
    const schema = await this.schemas.get(schemaId);
    if (schema) this.decoder.addSchema(schema);
    const failure = schema ? again() : undefined;
    if (schema && failure?.kind !== 'unknown-schema') return failure;
    return { kind: 'failure', code: 'MALFORMED', message: 'the grid does not know the schema of this Compact record' };
  }

  private encode(
    batch: RecordBatch,
    outputs: Parameters<PredictionEncoder['encode']>[2],
    first: number,
    count: number,
  ): void {
    const scoredAt = Date.now();
    let segmentIndex = 0;
    for (let output = 0; output < count; output++) {
      const row = this.rowOf[first + output] ?? 0;
      let segment = batch.segments[segmentIndex];
      while (segment && row >= segment.firstRow + segment.rowCount) segment = batch.segments[++segmentIndex];
      if (!segment) return;
      fingerprintOf(segment.bytes, batch.valueStart[row] ?? 0, batch.valueEnd[row] ?? 0, this.fingerprint);
      this.encodeRow(batch, outputs, output, row, scoredAt);
    }
  }

  private encodeRow(
    batch: RecordBatch,
    outputs: Parameters<PredictionEncoder['encode']>[2],
    output: number,
    row: number,
    scoredAt: number,
  ): void {
    const start = this.predictionsEnd;
    const sequence = batch.sequence[row] ?? 0;
    const end = this.encoder.encode(batch.predictions, start, outputs, output, sequence, this.fingerprint, scoredAt);
    if (end >= 0) {
      batch.setPrediction(row, start, end);
      this.predictionsEnd = end;
      return;
    }
    const { code = 'UNUSABLE_OUTPUT', message = 'no prediction' } = this.encoder.refusal ?? {};
    batch.fail({ row, code, message });
  }
}
