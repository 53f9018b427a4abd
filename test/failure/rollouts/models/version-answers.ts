import { createScoringSession } from '@nearscore/inference';
import { exampleModel } from '@nearscore/local-cluster';
import { createInputRows, completeModelConfig, parseModelConfig } from '@nearscore/records';
import { type ExpectedAnswer } from '../history/rollout-checker';
import { type VersionName } from '../history/rollout-fact';

/** A version as it is admitted, of a model that takes the breast-cancer rows. */
export interface RowModel extends VersionName {
  readonly onnx: Uint8Array;
  /** The parsed model.json. */
  readonly json: unknown;
}

const { records } = exampleModel('breast-cancer');

export const ROWS = records.length;
export const FEATURES = Object.keys(records[0]?.values ?? {});

/** The features of a row, as float32. */
export function rowValues(row: number): readonly number[] {
  return Object.values(records[row % ROWS]?.values ?? {}).map(Math.fround);
}

/** Breast-cancer 1, 2 or 3. */
export function exampleVersion(version: 1 | 2 | 3): RowModel {
  const example = exampleModel('breast-cancer');
  return { model: 'breast-cancer', version, onnx: example.onnx(version), json: example.modelJson };
}

/** What every version answers for every row: ONNX Runtime, asked here and once. */
export async function answersOf(models: readonly RowModel[]): Promise<ExpectedAnswer> {
  const answers = new Map<string, Float64Array>();
  for (const model of models) answers.set(nameOf(model), await scoresOf(model));
  return (version, row) => answers.get(nameOf(version))?.[row] ?? NaN;
}

async function scoresOf({ onnx, json }: RowModel): Promise<Float64Array> {
  const session = await createScoringSession(onnx);
  try {
    const config = completeModelConfig(parseModelConfig(json), session.signature);
    const [inputs] = createInputRows(config, ROWS);
    if (!inputs) throw new Error('the model takes nothing');
    for (let row = 0; row < ROWS; row++) (inputs.data as Float32Array).set(rowValues(row), row * FEATURES.length);
    const { probabilities } = await session.run([inputs], ROWS);
    return Float64Array.from({ length: ROWS }, (_, row) => Number(probabilities?.data[2 * row + 1]));
  } finally {
    await session.release();
  }
}

function nameOf({ model, version }: VersionName): string {
  return `${model}/${version}`;
}
