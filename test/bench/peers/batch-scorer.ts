import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type PeerModel } from './peer-model';

/** A session of one thread. */
export function loadSession(model: PeerModel): Promise<InferenceSession> {
  return InferenceSession.create(model.path, {
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
}

/** One session and one input buffer, for one batch at a time. */
export class BatchScorer {
  private readonly rows: Float32Array;
  /** The rows as bytes, for records that come as little-endian floats. */
  private readonly bytes: Buffer;

  private constructor(
    private readonly session: InferenceSession,
    private readonly model: PeerModel,
    maxRows: number,
  ) {
    this.rows = new Float32Array(maxRows * model.features);
    this.bytes = Buffer.from(this.rows.buffer);
  }

  static async load(model: PeerModel, maxRows: number): Promise<BatchScorer> {
    return new BatchScorer(await loadSession(model), model, maxRows);
  }

  setBytes(row: number, floats: Buffer): void {
    floats.copy(this.bytes, row * this.model.features * Float32Array.BYTES_PER_ELEMENT);
  }

  /** Scores the first `count` rows: `scoreOf(row)` until the next run. */
  async run(count: number): Promise<(row: number) => number> {
    const { input, output, column, features } = this.model;
    const tensor = new Tensor('float32', this.rows.subarray(0, count * features), [count, features]);
    const outputs = await this.session.run({ [input]: tensor }, [output]);
    const data = outputs[output]?.data as Float32Array;
    const columns = data.length / count;
    return (row) => data[row * columns + column] ?? NaN;
  }
}
