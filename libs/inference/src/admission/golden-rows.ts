import { createInputRows, type InputRows, type ModelConfig, RecordDecoder } from '@nearscore/records';
import { z } from 'zod';
import { GoldenRowsError, ModelRefusedError } from '../inference.errors';
import { type PredictedValues, type RowScoring } from './row-scoring';

/** Records whose right answer is known. */
export interface GoldenRows {
  /** How far a number may be off: absolute up to 1, relative beyond. */
  readonly tolerance: number;
  readonly rows: readonly GoldenRow[];
}

export interface GoldenRow {
  /** As it would be written: fields by name, or an array in order. */
  readonly record: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly score?: number | undefined;
  readonly scores?: readonly number[] | undefined;
  readonly label?: string | null | undefined;
}

const DEFAULT_TOLERANCE = 1e-4;
const MAX_ROWS = 1_000;
const JSON_TYPE = -130;
const DATA_HEAD = 8;

const rowSchema = z
  .strictObject({
    record: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())], {
      error: 'expected a record: an object, or an array',
    }),
    score: z.number().optional(),
    scores: z.array(z.number()).min(1).optional(),
    label: z.string().nullable().optional(),
  })
  .refine(({ score, scores, label }) => (score ?? scores ?? label) !== undefined, {
    error: 'expected what the answer should be: "score", "scores" or "label"',
  });

const schema = z.strictObject({
  tolerance: z.number().positive().default(DEFAULT_TOLERANCE),
  rows: z.array(rowSchema).min(1).max(MAX_ROWS),
});

/** Reads golden.json. GoldenRowsError names every fault by its path. */
export function parseGoldenRows(json: unknown): GoldenRows {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new GoldenRowsError(result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/** Scores the golden rows as records written as JSON; ModelRefusedError names the first that is answered otherwise. */
export async function checkGoldenRows(scoring: RowScoring, config: ModelConfig, golden: GoldenRows): Promise<void> {
  const inputs = decodeRecords(config, golden);
  const outcomes = await scoring.score(inputs, golden.rows.length);
  golden.rows.forEach((row, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'prediction') refuse(index, `: ${outcome?.message ?? 'it was not scored'}`);
    else compare(row, outcome.values, golden.tolerance, index);
  });
}

function decodeRecords(config: ModelConfig, { rows }: GoldenRows): InputRows[] {
  const decoder = new RecordDecoder(config);
  const inputs = createInputRows(config, rows.length);
  rows.forEach(({ record }, index) => {
    const data = jsonData(record);
    const problem = decoder.decode(data, 0, data.length, inputs, index);
    if (problem?.kind === 'failure') {
      refuse(index, ` is no record of this model: ${problem.field ? `${problem.field}: ` : ''}${problem.message}`);
    }
  });
  return inputs;
}

/** A HazelcastJsonValue as it lies in a map. */
function jsonData(record: GoldenRow['record']): Buffer {
  const text = Buffer.from(JSON.stringify(record));
  const head = Buffer.alloc(DATA_HEAD + 4);
  head.writeInt32BE(JSON_TYPE, 4);
  head.writeInt32BE(text.length, DATA_HEAD);
  return Buffer.concat([head, text]);
}

function compare(expected: GoldenRow, actual: PredictedValues, tolerance: number, index: number): void {
  compareNumber('score', expected.score, actual.score, tolerance, index);
  if (expected.scores && expected.scores.length !== actual.scores.length) {
    refuse(index, ` has ${actual.scores.length} scores, expected ${expected.scores.length}`);
  }
  expected.scores?.forEach((score, column) =>
    compareNumber(`scores[${column}]`, score, actual.scores[column] ?? NaN, tolerance, index),
  );
  if (expected.label !== undefined && expected.label !== actual.label) {
    const values = { expected: expected.label, actual: actual.label };
    refuse(index, `: label is ${JSON.stringify(actual.label)}, expected ${JSON.stringify(expected.label)}`, values);
  }
}

function compareNumber(
  what: string,
  expected: number | undefined,
  actual: number,
  tolerance: number,
  index: number,
): void {
  if (expected === undefined) return;
  const difference = Math.abs(actual - expected);
  if (difference <= tolerance * Math.max(1, Math.abs(expected))) return;
  const values = { expected, actual, difference, tolerance };
  const off = `a difference of ${difference} with a tolerance of ${tolerance}`;
  refuse(index, `: ${what} is ${actual}, expected ${expected}, ${off}`, values);
}

function refuse(row: number, problem: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new ModelRefusedError('golden', `Golden row ${row}${problem}.`, { row, ...details });
}
