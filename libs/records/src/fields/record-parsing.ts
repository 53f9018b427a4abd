import { kindWithArticle } from '../config/model-config';
import { isInRange, rangeOf } from '../config/number-range';
import { RecordFormatError, type RecordFormatIssue } from '../records.errors';
import { isWellFormedText } from '../well-formed-text';
import { type FeatureField } from './feature-fields';

export type FieldValue = number | boolean | string;

/** A record's values by field name; null: missing. int64 is a safe integer. */
export type RecordValues = Readonly<Record<string, FieldValue | null | readonly FieldValue[]>>;

/** A record of thousands of wrong fields is answered with the first of them. */
const MAX_ISSUES = 20;

/** Checks a JSON object against the declared fields. Nothing is converted; throws RecordFormatError otherwise. */
export function parseRecord(fields: readonly FeatureField[], json: unknown): RecordValues {
  if (!isObject(json)) throw new RecordFormatError([{ field: '', message: 'expected an object of fields' }]);
  const issues: RecordFormatIssue[] = [];
  const values = fields.map((field) => [field.name, parseField(field, ownValue(json, field.name), issues)] as const);
  const known = new Set(fields.map(({ name }) => name));
  for (const name of Object.keys(json)) {
    if (!known.has(name)) issues.push({ field: name.slice(0, 256), message: 'is not a field of this stream' });
  }
  if (issues.length > 0) throw new RecordFormatError(issues.slice(0, MAX_ISSUES));
  return Object.fromEntries(values);
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A field named like something every object inherits is still missing. */
function ownValue(json: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(json, name) ? json[name] : undefined;
}

function parseField(field: FeatureField, value: unknown, issues: RecordFormatIssue[]) {
  if (value === undefined || value === null) {
    if (!field.nullable) issues.push({ field: field.name, message: `is missing: expected ${expectation(field)}` });
    return null;
  }
  if (field.length === undefined) return parseValue(field, field.name, value, issues);
  if (!Array.isArray(value) || value.length !== field.length) {
    issues.push({ field: field.name, message: `expected ${expectation(field)}` });
    return null;
  }
  return value.map((element: unknown, index) => parseValue(field, `${field.name}[${index}]`, element, issues) ?? 0);
}

function parseValue(field: FeatureField, path: string, value: unknown, issues: RecordFormatIssue[]): FieldValue | null {
  if (isOfKind(field.kind, value)) return value;
  issues.push({
    field: path,
    message: `expected ${expectation({ kind: field.kind, nullable: field.nullable && field.length === undefined })}`,
  });
  return null;
}

function isOfKind(kind: FeatureField['kind'], value: unknown): value is FieldValue {
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'string') return typeof value === 'string' && isWellFormedText(value);
  return typeof value === 'number' && isInRange(value, rangeOf(kind));
}

function expectation({ kind, length, nullable }: Omit<FeatureField, 'name'>): string {
  const one = length === undefined ? kindWithArticle(kind) : `an array of ${length} × ${kind}`;
  return nullable ? `${one} or null` : one;
}
