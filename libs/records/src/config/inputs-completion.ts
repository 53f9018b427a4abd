import { type ConfigIssues } from './config-issues';
import { completeFeature, featureOfTensor, type UnsizedFeature } from './feature-completion';
import { type FeatureConfig, type InputConfig } from './model-config';
import { type FeatureInput, MAX_ROW_WIDTH, type ModelConfigInput } from './model-config.schema';
import { type TensorSignature } from './model-signature';

interface DeclaredInput {
  readonly path: string;
  readonly featuresPath: string;
  readonly tensor: TensorSignature;
  readonly datatype?: string | undefined;
  readonly features: readonly FeatureInput[];
}

/** Joins what model.json declares with the graph's inputs; faults go to `issues`. */
export function completeInputs(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): InputConfig[] {
  const declared = declaredInputs(config, tensors, issues);
  for (const tensor of tensors) {
    if (!declared.some((input) => input.tensor === tensor)) {
      issues.add(config.inputs ? 'inputs' : 'features', `nothing fills the graph's input '${tensor.name}'`);
    }
  }
  const inputs = declared.map((input) => completeInput(input, issues));
  checkNames(inputs, issues);
  return inputs;
}

function declaredInputs(
  config: ModelConfigInput,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): DeclaredInput[] {
  if (config.inputs) return explicitInputs(config.inputs, tensors, issues);
  const only = tensors.length === 1 ? tensors[0] : undefined;
  if (config.input === undefined && only === undefined) return inputPerFeature(config.features, tensors, issues);
  const tensor = config.input === undefined ? only : findTensor(config.input, tensors, 'input', issues);
  if (!tensor) return [];
  return [{ path: 'input', featuresPath: 'features', tensor, features: config.features ?? [featureOfTensor(tensor)] }];
}

function explicitInputs(
  inputs: NonNullable<ModelConfigInput['inputs']>,
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): DeclaredInput[] {
  return inputs.flatMap((input, index) => {
    const path = `inputs[${index}]`;
    const tensor = findTensor(input.name, tensors, `${path}.name`, issues);
    if (!tensor) return [];
    const features = input.features ?? [featureOfTensor(tensor)];
    return [{ path, featuresPath: `${path}.features`, tensor, datatype: input.datatype, features }];
  });
}

/** A graph with one input per column: the features are the inputs, by name. */
function inputPerFeature(
  features: readonly FeatureInput[] = [],
  tensors: readonly TensorSignature[],
  issues: ConfigIssues,
): DeclaredInput[] {
  if (features.length === 0) {
    return tensors.map((tensor) => ({ path: '', featuresPath: '', tensor, features: [featureOfTensor(tensor)] }));
  }
  return features.flatMap((feature, index) => {
    const path = `features[${index}]`;
    const tensor = findTensor(feature.name, tensors, path, issues);
    return tensor ? [{ path, featuresPath: 'features', tensor, features: [feature] }] : [];
  });
}

function findTensor(
  name: string,
  tensors: readonly TensorSignature[],
  path: string,
  issues: ConfigIssues,
): TensorSignature | undefined {
  const tensor = tensors.find((candidate) => candidate.name === name);
  if (!tensor) issues.add(path, `the graph has no input '${name}', but ${listOf(tensors)}`);
  return tensor;
}

function listOf(tensors: readonly TensorSignature[]): string {
  return tensors.map(({ name }) => `'${name}'`).join(', ') || 'none';
}

function completeInput(input: DeclaredInput, issues: ConfigIssues): InputConfig {
  const { path, tensor } = input;
  if (input.datatype !== undefined && input.datatype !== tensor.datatype) {
    issues.add(`${path}.datatype`, `the graph's input is ${tensor.datatype}`);
  }
  const graphWidth = rowWidth(tensor, path, issues);
  const perFeature = input.path.startsWith('features[');
  const features = input.features.map((feature, index) =>
    completeFeature(feature, tensor.datatype, perFeature ? path : `${input.featuresPath}[${index}]`, issues),
  );
  const sized = withOpenLength(features, graphWidth, input, issues);
  const width = sized.reduce((sum, { length }) => sum + (length ?? 1), 0);
  if (graphWidth !== null && width !== graphWidth) {
    issues.add(
      input.featuresPath,
      `they fill ${width} columns, but the graph's input '${tensor.name}' has ${graphWidth}`,
    );
  }
  if (width > MAX_ROW_WIDTH) issues.add(input.featuresPath, `they fill ${width} columns, more than ${MAX_ROW_WIDTH}`);
  return { name: tensor.name, datatype: tensor.datatype, width, features: sized };
}

/** Columns of one row; null when the graph leaves them open. */
function rowWidth(tensor: TensorSignature, path: string, issues: ConfigIssues): number | null {
  const [batch, width = 1, ...more] = tensor.shape;
  const shape = `[${tensor.shape.map((dimension) => dimension ?? '?').join(', ')}]`;
  if (batch !== null || more.length > 0) {
    issues.add(path, `the graph's input '${tensor.name}' has shape ${shape}, but rows need [?] or [?, columns]`);
  }
  return width;
}

/** One array feature of an input may leave its length to the graph. */
function withOpenLength(
  features: readonly UnsizedFeature[],
  graphWidth: number | null,
  input: DeclaredInput,
  issues: ConfigIssues,
): FeatureConfig[] {
  const open = features.filter(({ length }) => length === 'open').length;
  const known = features.reduce(
    (sum, { length }) => sum + (typeof length === 'number' ? length : length === null ? 1 : 0),
    0,
  );
  const rest = graphWidth === null || open > 1 ? 0 : graphWidth - known;
  if (open > 0 && rest < 1) issues.add(input.featuresPath, 'an array needs its length: the graph does not tell it');
  return features.map((feature) => ({
    ...feature,
    length: feature.length === 'open' ? Math.max(rest, 1) : feature.length,
  }));
}

function checkNames(inputs: readonly InputConfig[], issues: ConfigIssues): void {
  const seen = new Set<string>();
  for (const { name } of inputs.flatMap(({ features }) => features)) {
    if (seen.has(name)) issues.add('inputs', `the feature '${name}' is in two inputs`);
    seen.add(name);
  }
}
