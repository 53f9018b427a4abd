import { type ConfigIssues } from './config-issues';
import { type LabelConfig, type ModelConfig } from './model-config';
import { type ModelConfigInput } from './model-config.schema';
import { type TensorSignature } from './model-signature';

type Outputs = Pick<ModelConfig, 'score' | 'scores' | 'label'>;

const FLOATS = new Set<string>(['float32', 'float64']);
const LABELS = new Set<string>(['int64', 'int32', 'string']);
const MAX_SCORES = 4_096;

/** Joins what model.json says of score, scores and label with the graph's outputs; faults go to `issues`. */
export function completeOutputs(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): Outputs | undefined {
  const scoreTensor = scoreOutput(config, tensors, issues);
  if (!scoreTensor) return undefined;
  const scoresTensor =
    config.score && config.scores
      ? findOutput(config.scores.output, tensors, 'scores.output', FLOATS, issues)
      : scoreTensor;
  if (!scoresTensor) return undefined;
  const scores = { output: scoresTensor.name, columns: scoresColumns(config, scoresTensor, issues) };
  const columns = scoresTensor === scoreTensor ? scores.columns : ownColumns(scoreTensor, issues);
  const score = { output: scoreTensor.name, columns, column: scoreColumn(config, columns, issues) };
  const firstOfTwo = columns === 2 && score.column === 0;
  return { score, scores, label: completeLabel(config, tensors, scores, firstOfTwo, issues) };
}

function ownColumns(tensor: TensorSignature, issues: ConfigIssues): number {
  const columns = columnsOf(tensor);
  if (columns === null) issues.add('score.output', `the graph does not tell how many columns '${tensor.name}' has`);
  return columns ?? 1;
}

function scoreOutput(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): TensorSignature | undefined {
  if (config.score) return findOutput(config.score.output, tensors, 'score.output', FLOATS, issues);
  if (config.scores) return findOutput(config.scores.output, tensors, 'scores.output', FLOATS, issues);
  const floats = tensors.filter(({ datatype }) => FLOATS.has(datatype));
  const found = floats.length === 1 ? floats[0] : floats.find(({ name }) => /^(output_)?probabilit(y|ies)$/.test(name));
  if (!found) issues.add('score', `the graph does not tell which output is the score: it has ${namesOf(tensors)}`);
  return found;
}

function findOutput(
  name: string,
  tensors: readonly TensorSignature[],
  path: string,
  datatypes: ReadonlySet<string>,
  issues: ConfigIssues,
): TensorSignature | undefined {
  const found = tensors.find((tensor) => tensor.name === name);
  if (!found) issues.add(path, `the graph has no output '${name}', but ${namesOf(tensors)}`);
  else if (!datatypes.has(found.datatype)) {
    issues.add(path, `the graph's output '${name}' is ${found.datatype}: expected ${[...datatypes].join(' or ')}`);
  } else return found;
  return undefined;
}

function namesOf(tensors: readonly TensorSignature[]): string {
  return tensors.map(({ name, datatype }) => `'${name}' (${datatype})`).join(', ') || 'none';
}

/** null: the graph leaves it open. */
function columnsOf({ shape }: TensorSignature): number | null {
  return shape.length < 2
    ? 1
    : shape
        .slice(1)
        .reduce<number | null>((product, size) => (product === null || size === null ? null : product * size), 1);
}

function scoresColumns(config: ModelConfigInput, tensor: TensorSignature, issues: ConfigIssues): number {
  const graph = columnsOf(tensor);
  const declared = config.scores?.columns;
  if (graph === null && declared === undefined && config.labels === undefined) {
    issues.add('scores.columns', `needed: the graph does not tell how many columns '${tensor.name}' has`);
  }
  if (graph !== null && declared !== undefined && declared !== graph) {
    issues.add('scores.columns', `the graph's output '${tensor.name}' has ${graph}`);
  }
  const columns = graph ?? declared ?? config.labels?.length ?? 1;
  if (columns > MAX_SCORES) issues.add('scores', `'${tensor.name}' has ${columns} columns, more than ${MAX_SCORES}`);
  return columns;
}

/** One column: that one. Two: the second, the positive class. More: the highest. */
function scoreColumn(config: ModelConfigInput, columns: number, issues: ConfigIssues): number | 'highest' {
  const declared = config.score?.column;
  if (declared === undefined) return columns > 2 ? 'highest' : columns - 1;
  if (declared !== 'highest' && declared >= columns) {
    issues.add(
      'score.column',
      `'${config.score?.output}' has ${columns} column${columns === 1 ? '' : 's'}, counted from 0`,
    );
  }
  return declared;
}

function completeLabel(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  scores: Outputs['scores'],
  firstOfTwo: boolean,
  issues: ConfigIssues,
): LabelConfig {
  const { threshold, labels } = config;
  if (threshold !== undefined)
    return { from: 'threshold', threshold, names: thresholdNames(config, firstOfTwo, issues) };
  const output = labelOutput(config, tensors, issues);
  if (output !== undefined) return { from: 'output', output, names: labels ?? null };
  if (scores.columns === 1) {
    if (labels) issues.add('threshold', 'needed: one column alone does not choose between labels');
    return { from: 'nowhere' };
  }
  if (labels && labels.length !== scores.columns) {
    issues.add('labels', `expected ${scores.columns}, one for each column of '${scores.output}'`);
  }
  return { from: 'highest', names: labels ?? Array.from({ length: scores.columns }, (_, column) => String(column)) };
}

/** Where the score is the first of two columns, reaching the threshold means the first label. */
function thresholdNames(
  config: ModelConfigInput,
  firstOfTwo: boolean,
  issues: ConfigIssues,
): readonly [string, string] {
  const [first, second, ...more] = config.labels ?? ['0', '1'];
  if (config.label) issues.add('label', 'not beside "threshold"');
  if (first === undefined || second === undefined || more.length > 0) {
    issues.add('labels', 'expected two with a threshold: below it, and at or above it');
    return ['0', '1'];
  }
  return firstOfTwo ? [second, first] : [first, second];
}

function labelOutput(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): string | undefined {
  if (config.label) return findOutput(config.label.output, tensors, 'label.output', LABELS, issues)?.name;
  const candidates = tensors.filter((tensor) => LABELS.has(tensor.datatype) && columnsOf(tensor) === 1);
  return (
    candidates.find(({ name }) => /^(output_)?label$/.test(name)) ??
    (candidates.length === 1 ? candidates[0] : undefined)
  )?.name;
}
