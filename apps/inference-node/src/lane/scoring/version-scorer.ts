import { type RecordBatch } from '@nearscore/grid';
import { runIsolated, type ScoringSession } from '@nearscore/inference';
import {
  createInputRows,
  type Fingerprint,
  fingerprintOf,
  type InputRows,
  type ModelConfig,
  PredictionEncoder,
  RecordDecoder,
  type RecordFailure,
} from '@nearscore/records';
import { type SchemaSource } from '../schema-source';

/** Where a scorer tells how long its stages took, in ms. */
export type StageObserver = (stage: 'decode' | 'run' | 'encode', ms: number) => void;

/** What a scorer needs of its lane. */
export interface ScorerPorts {
  readonly schemas: Pick<SchemaSource, 'get'>;
  /** records in one run */
  readonly maxBatch: number;
  readonly observe: StageObserver;
}

/** What its predictions say of themselves, and how they are made. */
export interface ScoredVersion {
  readonly model: string;
  readonly version: number;
  readonly epoch: number;
  readonly config: ModelConfig;
}

/** One version of a model in this lane, for those rows of a batch that are its own: record bytes in, prediction bytes out. */
export class VersionScorer {
  private readonly decoder: RecordDecoder;
  private readonly encoder: PredictionEncoder;
  private readonly inputs: InputRows[];
  /** The batch's row of each tensor row. */
  private readonly rowOf: Int32Array;
  private readonly fingerprint: Fingerprint = { high: 0, low: 0 };
  private routes: Uint8Array = new Uint8Array(0);
  private own = 0;
  private end = 0;
  private inUse = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    version: ScoredVersion,
    private readonly session: Pick<ScoringSession, 'run'>,
    private readonly ports: ScorerPorts,
  ) {
    this.decoder = new RecordDecoder(version.config);
    this.encoder = new PredictionEncoder(version);
    this.inputs = createInputRows(version.config, ports.maxBatch);
    this.rowOf = new Int32Array(ports.maxBatch);
  }

  /** Of one prediction: the batch must have reserved so much for every row. */
  get maxByteLength(): number {
    return this.encoder.maxByteLength;
  }

  /**
   * Sets a prediction or a failure for every row whose route is `own`. Several versions share a batch by routes, so that
   * one version alone, whose routes are the rows' kinds, has nothing more to look at.
   *
   * @param predictionsFrom where the batch's predictions may be written from; `predictionsEnd` is where they end then
   */
  async score(batch: RecordBatch, routes: Uint8Array, own: number, predictionsFrom = 0): Promise<void> {
    this.inUse = true;
    this.routes = routes;
    this.own = own;
    this.end = predictionsFrom;
    try {
      for (let row = 0; row < batch.count;) row = await this.scoreFrom(batch, row);
    } finally {
      this.inUse = false;
      this.whenIdle?.();
    }
  }

  get predictionsEnd(): number {
    return this.end;
  }

  /** To be called when no more batches come: resolves when the session is used no more. */
  idle(): Promise<void> {
    return this.inUse ? new Promise((resolve) => (this.whenIdle = resolve)) : Promise.resolve();
  }

  /** Scores up to `maxBatch` rows from `first` on; returns the row behind them. */
  private async scoreFrom(batch: RecordBatch, first: number): Promise<number> {
    const { observe } = this.ports;
    const decodeStarted = performance.now();
    const { end, count } = await this.decodeFrom(batch, first);
    const runStarted = performance.now();
    const { segments, failures } = await runIsolated(this.session, this.inputs, count);
    const encodeStarted = performance.now();
    for (const segment of segments) this.encode(batch, segment.outputs, segment.start, segment.count);
    for (const { row, error } of failures) {
      batch.fail({ row: this.rowOf[row] ?? -1, code: error.code, message: error.message });
    }
    observe('decode', runStarted - decodeStarted);
    observe('run', encodeStarted - runStarted);
    observe('encode', performance.now() - encodeStarted);
    return end;
  }

  private async decodeFrom(batch: RecordBatch, first: number): Promise<{ end: number; count: number }> {
    const { routes, own } = this;
    let count = 0;
    let row = first;
    for (const segment of batch.segments) {
      const end = segment.firstRow + segment.rowCount;
      for (; row < end && count < this.ports.maxBatch; row++) {
        if (routes[row] !== own) continue;
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
    const schema = await this.ports.schemas.get(schemaId);
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
    const start = this.end;
    const sequence = batch.sequence[row] ?? 0;
    const end = this.encoder.encode(batch.predictions, start, outputs, output, sequence, this.fingerprint, scoredAt);
    if (end >= 0) {
      batch.setPrediction(row, start, end);
      this.end = end;
      return;
    }
    const { code = 'UNUSABLE_OUTPUT', message = 'no prediction' } = this.encoder.refusal ?? {};
    batch.fail({ row, code, message });
  }
}
