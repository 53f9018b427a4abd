import { type InputRows, type OutputColumns } from '@nearscore/records';
import { ModelRunError } from '../inference.errors';
import { type ScoringSession } from './scoring-session';

/** Rows [start, start + count) that were scored in one run; row `start` is row 0 of `outputs`. */
export interface ScoredSegment {
  readonly start: number;
  readonly count: number;
  readonly outputs: OutputColumns;
}

export interface FailedRow {
  readonly row: number;
  readonly error: ModelRunError;
}

/** Segments and failures together are every row exactly once, each in ascending order. */
export interface IsolatedRun {
  readonly segments: ScoredSegment[];
  readonly failures: FailedRow[];
}

type Runner = Pick<ScoringSession, 'run'>;

/**
 * Scores `count` rows; when the model fails, halves the batch until only the failing rows are left alone. One run when
 * all is well, about 2·log₂(count) more per failing row. Errors other than ModelRunError reject.
 */
export async function runIsolated(session: Runner, inputs: readonly InputRows[], count: number): Promise<IsolatedRun> {
  const result: IsolatedRun = { segments: [], failures: [] };
  // Depth first, left to right: keeps the order, and the stack at log₂(count).
  const waiting: [start: number, count: number][] = count > 0 ? [[0, count]] : [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [start, size] = next;
    const outcome = await runOrError(session, inputs, size, start);
    if (!(outcome instanceof ModelRunError)) result.segments.push({ start, count: size, outputs: outcome });
    else if (size === 1) result.failures.push({ row: start, error: outcome });
    else waiting.push(...halves(start, size).reverse());
  }
  return result;
}

async function runOrError(
  session: Runner,
  inputs: readonly InputRows[],
  count: number,
  start: number,
): Promise<OutputColumns | ModelRunError> {
  try {
    return await session.run(inputs, count, start);
  } catch (error) {
    if (error instanceof ModelRunError) return error;
    throw error;
  }
}

function halves(start: number, count: number): [number, number][] {
  const left = Math.ceil(count / 2);
  return [
    [start, left],
    [start + left, count - left],
  ];
}
