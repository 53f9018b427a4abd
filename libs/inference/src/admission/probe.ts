import { isDeepStrictEqual } from 'node:util';
import { type InputRows, type ModelConfig } from '@nearscore/records';
import { ModelRefusedError } from '../inference.errors';
import { type ProbeCounts } from './candidate';
import { createProbeRows, describeRow } from './probe-rows';
import { type PredictedValues, type RowOutcome, type RowScoring } from './row-scoring';

/** A full batch of a lane. */
const BATCH = 512;
/** Bounds the memory of the rows of very wide models: 8 Mi values. */
const MAX_VALUES = 2 ** 23;
/** Scored alone as well, the first of them all zeros. */
const ALONE = 8;
/** Batches of another size add up in another order: far more than that, far less than another row's answer. */
const TOLERANCE = 1e-3;

/**
 * Scores the same made-up rows twice as a full batch and some of them alone. ModelRefusedError when an answer is not finite,
 * differs between two runs, depends on the rows beside it, or when there is none for any row.
 * @param hasGolden golden rows are to show that the graph scores: it may know none of the made-up values
 */
export async function probeModel(scoring: RowScoring, config: ModelConfig, hasGolden: boolean): Promise<ProbeCounts> {
  const count = batchFor(config);
  const rows = createProbeRows(config, count);
  const first = await scoring.score(rows, count);
  refuseOutputs(first, rows);
  const failed = first.filter(({ kind }) => kind === 'run').length;
  if (failed === count && !hasGolden) refuseUnproven(first[0]);
  refuseDifferences(first, await scoring.score(rows, count), rows);
  for (let row = 0; row < Math.min(ALONE, count); row++) {
    const [alone] = await scoring.score(rows, 1, row);
    if (alone?.kind === 'output') refuseOutput(alone.message, rows, row);
    const together = first[row];
    if (together && alone) refuseDependence(together, alone, rows, row);
  }
  return { rows: count, failed };
}

function refuseUnproven(outcome: RowOutcome | undefined): never {
  const said = outcome?.kind === 'run' ? outcome.message : '';
  const help = 'If it takes only values that cannot be guessed, give golden rows.';
  throw new ModelRefusedError('run', `It scores none of the probe rows. ${said} ${help}`);
}

function batchFor({ inputs }: ModelConfig): number {
  const width = inputs.reduce((sum, input) => sum + input.width, 0);
  return Math.max(1, Math.min(BATCH, Math.floor(MAX_VALUES / Math.max(1, width))));
}

function refuseOutputs(outcomes: readonly RowOutcome[], rows: readonly InputRows[]): void {
  outcomes.forEach((outcome, row) => {
    if (outcome.kind === 'output') refuseOutput(outcome.message, rows, row);
  });
}

function refuseOutput(message: string, rows: readonly InputRows[], row: number): never {
  refuse('output', `${probeRow(row)}: ${message}.`, rows, row);
}

function refuseDifferences(
  first: readonly RowOutcome[],
  second: readonly RowOutcome[],
  rows: readonly InputRows[],
): void {
  const row = first.findIndex((outcome, index) => !isDeepStrictEqual(outcome, second[index]));
  if (row < 0) return;
  refuse('not-deterministic', `${probeRow(row)} was answered otherwise when it was scored again.`, rows, row);
}

function refuseDependence(together: RowOutcome, alone: RowOutcome, rows: readonly InputRows[], row: number): void {
  const isSame =
    together.kind === 'prediction' && alone.kind === 'prediction'
      ? isNear(together.values, alone.values)
      : together.kind === alone.kind;
  if (isSame) return;
  refuse('batch-dependent', `${probeRow(row)} is answered otherwise alone than in a batch of others.`, rows, row);
}

/** Scores only: a label may be another where two classes are as good as even. */
function isNear(one: PredictedValues, other: PredictedValues): boolean {
  const values = [one.score, ...one.scores];
  const others = [other.score, ...other.scores];
  return values.every((value, index) => {
    const difference = Math.abs(value - (others[index] ?? NaN));
    return difference <= TOLERANCE * Math.max(1, Math.abs(value));
  });
}

function probeRow(row: number): string {
  return row === 0 ? 'A row of zeros' : `Probe row ${row}`;
}

function refuse(
  reason: 'output' | 'not-deterministic' | 'batch-dependent',
  message: string,
  rows: readonly InputRows[],
  row: number,
): never {
  throw new ModelRefusedError(reason, message, { row, inputs: describeRow(rows, row) });
}
