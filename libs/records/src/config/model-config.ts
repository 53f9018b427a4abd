import { type TensorDatatype } from './model-signature';

export const FEATURE_KINDS = ['boolean', 'int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'string'] as const;

/** The kind of a record's field, by Hazelcast Compact's names. */
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** For messages: "a float32", "an int8". */
export function kindWithArticle(kind: FeatureKind): string {
  return `${kind.startsWith('int') ? 'an' : 'a'} ${kind}`;
}

/** One field of a record and the tensor columns that it fills. */
export interface FeatureConfig {
  readonly name: string;
  readonly kind: FeatureKind;
  /** null: one value. A number: an array of exactly so many values, filling so many columns. */
  readonly length: number | null;
  /** Taken where the field is missing or null, in the record's own unit; null: a missing field is a failure. */
  readonly default: number | string | boolean | null;
  /** The tensor gets (value − subtract) / divide. */
  readonly scale: { readonly subtract: number; readonly divide: number } | null;
  /** The tensor gets the code of the string. */
  readonly categories: readonly (readonly [category: string, code: number])[] | null;
}

export interface InputConfig {
  readonly name: string;
  readonly datatype: TensorDatatype;
  /** Columns of a row: the sum over its features. */
  readonly width: number;
  readonly features: readonly FeatureConfig[];
}

/** Where a prediction's label comes from. */
export type LabelConfig =
  | { readonly from: 'nowhere' }
  /** `names[1]` where the score reaches the threshold, else `names[0]`. */
  | { readonly from: 'threshold'; readonly threshold: number; readonly names: readonly [string, string] }
  /** The graph's own label: its text, or its integer as an index into `names` (null: the integer as text). */
  | { readonly from: 'output'; readonly output: string; readonly names: readonly string[] | null }
  /** The name of the highest column of `scores`. */
  | { readonly from: 'highest'; readonly names: readonly string[] };

/** model.json with all that the graph tells filled in. Plain data: it is kept in the grid as JSON. */
export interface ModelConfig {
  readonly inputs: readonly InputConfig[];
  /** 'highest': the largest of the columns, as for a classifier of many classes. */
  readonly score: { readonly output: string; readonly columns: number; readonly column: number | 'highest' };
  readonly scores: { readonly output: string; readonly columns: number };
  readonly label: LabelConfig;
}
