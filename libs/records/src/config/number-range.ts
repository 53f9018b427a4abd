import { type FeatureKind } from './model-config';
import { type TensorDatatype } from './model-signature';

/** The numbers that a field kind or tensor datatype can hold. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

const float = (max: number): NumberRange => ({ min: -max, max, integer: false });
const signed = (bits: number): NumberRange => ({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1, integer: true });
const unsigned = (bits: number): NumberRange => ({ min: 0, max: 2 ** bits - 1, integer: true });
/** A JavaScript number holds integers exactly only so far; wider ones travel as two halves or bigint. */
const safe = (min: number): NumberRange => ({ min, max: Number.MAX_SAFE_INTEGER, integer: true });

const RANGES = {
  float32: float(FLOAT32_MAX),
  float64: float(Number.MAX_VALUE),
  int8: signed(8),
  int16: signed(16),
  int32: signed(32),
  int64: safe(Number.MIN_SAFE_INTEGER),
  uint8: unsigned(8),
  uint16: unsigned(16),
  uint32: unsigned(32),
  uint64: safe(0),
  bool: unsigned(1),
  boolean: unsigned(1),
} satisfies Record<Exclude<FeatureKind | TensorDatatype, 'string'>, NumberRange>;

export function rangeOf(kind: Exclude<FeatureKind, 'string'>): NumberRange {
  return RANGES[kind];
}

/** Of the codes that may stand in a tensor; a string tensor holds none. */
export function rangeOfDatatype(datatype: TensorDatatype): NumberRange {
  return datatype === 'string' ? { min: 0, max: -1, integer: true } : RANGES[datatype];
}

export function isInRange(value: number, range: NumberRange): boolean {
  return value >= range.min && value <= range.max && (!range.integer || Number.isInteger(value));
}

export function intersection(one: NumberRange, other: NumberRange): NumberRange {
  return {
    min: Math.max(one.min, other.min),
    max: Math.min(one.max, other.max),
    integer: one.integer || other.integer,
  };
}
