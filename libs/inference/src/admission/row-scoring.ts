import {
  decodePrediction,
  type InputRows,
  type ModelConfig,
  type OutputColumns,
  type Prediction,
  PredictionEncoder,
} from '@nearscore/records';
import { runIsolated } from '../session/isolated-run';
import { type ScoringSession } from '../session/scoring-session';

export type PredictedValues = Pick<Prediction, 'score' | 'scores' | 'label'>;

/** What a lane would make of one row: a prediction, or the reason why there is none. */
export type RowOutcome =
  | { readonly kind: 'prediction'; readonly values: PredictedValues }
  /** The graph threw. */
  | { readonly kind: 'run'; readonly message: string }
  /** The outputs make no prediction. */
  | { readonly kind: 'output'; readonly message: string };

/** Told of each run before it begins: it may not come back. */
export type RunListener = (rows: number) => Promise<void>;

const NO_FINGERPRINT = { high: 0, low: 0 };

/** Scores rows as lanes do, from tensors to the bytes of predictions. */
export class RowScoring {
  private readonly encoder: PredictionEncoder;
  private readonly target: Buffer;

  constructor(
    private readonly session: Pick<ScoringSession, 'run'>,
    config: ModelConfig,
    private readonly beforeRun: RunListener,
  ) {
    this.encoder = new PredictionEncoder({ config, model: '', version: 1, epoch: 1 });
    this.target = Buffer.alloc(this.encoder.maxByteLength);
  }

  /** Rows [start, start + count) in one run; where it throws, the rows that make it throw are found. */
  async score(rows: readonly InputRows[], count: number, start = 0): Promise<RowOutcome[]> {
    const { segments, failures } = await runIsolated(this.runnerFrom(start), rows, count);
    const outcomes: RowOutcome[] = [];
    for (const { row, error } of failures) outcomes[row] = { kind: 'run', message: error.message };
    for (const { start: first, count: size, outputs } of segments) {
      for (let row = 0; row < size; row++) outcomes[first + row] = this.outcomeOf(outputs, row);
    }
    return outcomes;
  }

  private runnerFrom(offset: number): Pick<ScoringSession, 'run'> {
    return {
      run: async (inputs, count, start = 0) => {
        await this.beforeRun(count);
        return this.session.run(inputs, count, offset + start);
      },
    };
  }

  private outcomeOf(outputs: OutputColumns, row: number): RowOutcome {
    const { encoder, target } = this;
    const end = encoder.encode(target, 0, outputs, row, 0, NO_FINGERPRINT, 0);
    if (end < 0) return { kind: 'output', message: encoder.refusal?.message ?? 'the outputs make no prediction' };
    const prediction = decodePrediction(target.subarray(0, end));
    if (!prediction) throw new TypeError('an encoded prediction must be readable');
    const { score, scores, label } = prediction;
    return { kind: 'prediction', values: { score, scores, label } };
  }
}
