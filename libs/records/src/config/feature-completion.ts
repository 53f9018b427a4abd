import { type ConfigIssues } from './config-issues';
import { type FeatureConfig, FEATURE_KINDS, type FeatureKind, kindWithArticle } from './model-config';
import { type FeatureInput } from './model-config.schema';
import { type TensorDatatype, type TensorSignature } from './model-signature';
import { isInRange, rangeOf, rangeOfDatatype } from './number-range';

export type UnsizedFeature = Omit<FeatureConfig, 'length'> & { readonly length: number | null | 'open' };

/** The field kind that holds every value of a tensor's datatype. */
const NATURAL_KIND: Readonly<Record<TensorDatatype, FeatureKind>> = {
  float32: 'float32',
  float64: 'float64',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  uint8: 'int16',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int64',
  bool: 'boolean',
  string: 'string',
};

/** What fills an input of which model.json says nothing: one field by its name, an array where it has several columns. */
export function featureOfTensor({ name, datatype, shape }: TensorSignature): FeatureInput {
  const isArray = shape.length > 1 && shape[1] !== 1;
  return isArray ? { name, type: `${NATURAL_KIND[datatype]}[]` } : { name };
}

export function completeFeature(
  feature: FeatureInput,
  datatype: TensorDatatype,
  path: string,
  issues: ConfigIssues,
): UnsizedFeature {
  const kind = kindOf(feature, datatype);
  const completed = {
    name: feature.name,
    kind,
    length: lengthOf(feature, path, issues),
    default: feature.default ?? null,
    scale: feature.scale ?? null,
    categories: feature.categories ?? null,
  };
  checkKind(completed, datatype, path, issues);
  checkScale(completed, datatype, path, issues);
  checkCategories(completed, datatype, path, issues);
  checkDefault(completed, path, issues);
  return completed;
}

function kindOf(feature: FeatureInput, datatype: TensorDatatype): FeatureKind {
  const declared = FEATURE_KINDS.find((kind) => feature.type === kind || feature.type === `${kind}[]`);
  return declared ?? (feature.categories ? 'string' : NATURAL_KIND[datatype]);
}

function lengthOf(feature: FeatureInput, path: string, issues: ConfigIssues): number | null | 'open' {
  if (feature.type?.endsWith('[]')) return feature.length ?? 'open';
  if (feature.length === undefined) return null;
  if (feature.type !== undefined) issues.add(`${path}.length`, `is for arrays: type '${feature.type}[]'`);
  return feature.length;
}

function checkKind(feature: UnsizedFeature, datatype: TensorDatatype, path: string, issues: ConfigIssues): void {
  if (fits(feature, datatype)) return;
  const expected = { bool: 'boolean', string: 'string without categories' }[datatype as 'bool' | 'string'];
  issues.add(
    `${path}.type`,
    `${feature.kind} cannot fill a ${datatype} input${expected ? `: expected ${expected}` : ''}`,
  );
}

function fits({ kind, categories }: UnsizedFeature, datatype: TensorDatatype): boolean {
  if (datatype === 'string') return kind === 'string' && categories === null;
  if (datatype === 'bool') return kind === 'boolean';
  if (kind === 'string') return categories !== null;
  const isFloat = kind === 'float32' || kind === 'float64';
  return !isFloat || datatype === 'float32' || datatype === 'float64';
}

function checkScale(feature: UnsizedFeature, datatype: TensorDatatype, path: string, issues: ConfigIssues): void {
  if (feature.scale === null) return;
  const isFloat = datatype === 'float32' || datatype === 'float64';
  if (!isFloat || feature.kind === 'string' || feature.kind === 'boolean') {
    issues.add(`${path}.scale`, 'is for numbers that fill a float32 or float64 input');
  }
}

function checkCategories(feature: UnsizedFeature, datatype: TensorDatatype, path: string, issues: ConfigIssues): void {
  if (feature.categories === null) return;
  if (feature.kind !== 'string') issues.add(`${path}.categories`, 'is for type string');
  const range = rangeOfDatatype(datatype);
  for (const [category, code] of feature.categories) {
    if (!isInRange(code, range)) issues.add(`${path}.categories.${category}`, `expected a code that fits ${datatype}`);
  }
}

function checkDefault(feature: UnsizedFeature, path: string, issues: ConfigIssues): void {
  const value = feature.default;
  if (value === null) return;
  const expected = expectedDefault(feature, value);
  if (expected !== undefined) issues.add(`${path}.default`, `expected ${expected}`);
}

function expectedDefault({ kind, categories }: UnsizedFeature, value: string | number | boolean): string | undefined {
  if (kind === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false';
  if (kind !== 'string')
    return typeof value === 'number' && isInRange(value, rangeOf(kind)) ? undefined : kindWithArticle(kind);
  if (typeof value !== 'string') return 'a string';
  const isKnown = categories === null || categories.some(([category]) => category === value);
  return isKnown ? undefined : 'one of the categories';
}
