import { completeModelConfig, type ModelConfig, type ModelConfigInput, type ModelSignature } from '@nearscore/records';
import { createScoringSession } from '../session/scoring-session';
import { type AdmissionStep, type Candidate, type Examination } from './candidate';
import { checkGoldenRows } from './golden-rows';
import { scanModel } from './graph/model-scan';
import { probeModel } from './probe';
import { RowScoring } from './row-scoring';
import { applySplices } from './splices';
import { type LoweredOutput, lowerZipMaps } from './zip-map';

const MAX_LABEL_LENGTH = 256;

/** Told before each piece of work that may not come back; `rows` of one run of the model. */
export type ExaminationListener = (step: AdmissionStep, rows?: number) => Promise<void>;

/**
 * Looks a candidate over, loads it, and scores made-up and golden rows: what a disposable process does, because any of it
 * may crash, loop or take all memory. ModelRefusedError, or ModelConfigError where model.json and graph disagree.
 */
export async function examine(
  { onnx, config: input, golden }: Candidate,
  announce: ExaminationListener,
): Promise<Examination> {
  const stepsMs = { parse: 0, load: 0, probe: 0, golden: 0 };
  const timed = async <T>(step: AdmissionStep, work: () => T | Promise<T>): Promise<T> => {
    await announce(step);
    const start = performance.now();
    const result = await work();
    stepsMs[step] = Math.round(performance.now() - start);
    return result;
  };
  const { facts, lowering } = await timed('parse', () => ({ facts: scanModel(onnx), lowering: lowerZipMaps(onnx) }));
  const splices = lowering?.splices ?? [];
  const session = await timed('load', () => createScoringSession(applySplices(onnx, splices)));
  const config = completeConfig(input, session.signature, lowering?.outputs ?? []);
  const scoringFor = (step: AdmissionStep): RowScoring =>
    new RowScoring(session, config, (rows) => announce(step, rows));
  const probe = await timed('probe', () => probeModel(scoringFor('probe'), config, golden !== undefined));
  if (golden) await timed('golden', () => checkGoldenRows(scoringFor('golden'), config, golden));
  const lowered = (lowering?.outputs ?? []).map(({ name }) => name);
  const goldenRows = golden?.rows.length ?? 0;
  return { facts, signature: session.signature, config, lowered, splices, probe, goldenRows, stepsMs };
}

/** Fills in labels from the classes of a lowered output, where the model's label is chosen by its columns. */
function completeConfig(
  input: ModelConfigInput,
  signature: ModelSignature,
  lowered: readonly LoweredOutput[],
): ModelConfig {
  const config = completeModelConfig(input, signature);
  const classes = lowered.find(({ name }) => name === config.scores.output)?.classes.map(String);
  if (!classes || input.labels || !classes.every(isLabel)) return config;
  const { from } = config.label;
  const isByColumn = from === 'highest' || (from === 'threshold' && classes.length === 2);
  return isByColumn ? completeModelConfig({ ...input, labels: classes }, signature) : config;
}

/** As model.json takes them. */
function isLabel(text: string): boolean {
  return text.length > 0 && text.length <= MAX_LABEL_LENGTH;
}
