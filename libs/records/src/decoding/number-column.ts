import { type FeatureConfig } from '../config/model-config';
import { intersection, type NumberRange, rangeOf, rangeOfDatatype } from '../config/number-range';
import { type TensorDatatype } from '../config/model-signature';
import { FeatureColumn } from './feature-column';
import { type RowTarget } from './input-rows';
import { type RecordFailure } from './record-failure';

/** Every typed array of numbers takes values alike; the one named here stands for all. */
type NumberData = Float32Array;

/** A feature of a tensor whose elements are JavaScript numbers. */
export class NumberColumn extends FeatureColumn {
  /** Stored as they come, without a check other than being finite. */
  readonly isPlain: boolean;
  private readonly range: NumberRange;
  private readonly subtract: number;
  private readonly divide: number;
  private readonly codes: ReadonlyMap<string, number>;
  private readonly defaultValue: number;

  constructor(feature: FeatureConfig, input: number, datatype: TensorDatatype, width: number, column: number) {
    super(feature, input, width, column);
    this.range = acceptedRange(feature, datatype);
    this.subtract = feature.scale?.subtract ?? 0;
    this.divide = feature.scale?.divide ?? 1;
    this.codes = new Map(feature.categories ?? []);
    this.defaultValue = this.storedDefault();
    this.isPlain = datatype === 'float32' && !this.range.integer && feature.scale === null && feature.kind !== 'string';
  }

  override putNumber(into: RowTarget, element: number, value: number): RecordFailure | undefined {
    if (this.feature.kind === 'string') return this.wrongKind(element, 'a number');
    const { min, max, integer } = this.range;
    if (!(value >= min && value <= max)) return this.outOfRange(element, value);
    if (integer && !Number.isInteger(value)) return this.outOfRange(element, value);
    const data = this.dataOf<NumberData>(into);
    const index = this.at(into, element);
    data[index] = (value - this.subtract) / this.divide;
    const stored = data[index] as number;
    // The cast to float32 may make a finite number infinite; infinity minus itself is not 0.
    return stored - stored === 0 ? undefined : this.outOfRange(element, value);
  }

  override putText(into: RowTarget, element: number, value: string): RecordFailure | undefined {
    if (this.feature.kind !== 'string') return this.wrongKind(element, 'text');
    const code = this.codes.get(value);
    if (code === undefined) return this.fail('UNKNOWN_CATEGORY', element, 'is none of the categories');
    this.dataOf<NumberData>(into)[this.at(into, element)] = code;
    return undefined;
  }

  protected override putDefault(into: RowTarget, element: number): void {
    this.dataOf<NumberData>(into)[this.at(into, element)] = this.defaultValue;
  }

  private storedDefault(): number {
    const value = this.feature.default;
    if (typeof value === 'string') return this.codes.get(value) ?? 0;
    return (Number(value ?? 0) - this.subtract) / this.divide;
  }

  private outOfRange(element: number, value: number): RecordFailure {
    if (!Number.isFinite(value)) return this.fail('NOT_A_NUMBER', element, 'is not a finite number');
    return this.fail('OUT_OF_RANGE', element, `does not fit ${this.expectation()}`);
  }
}

/** Floats are bounded by the tensor after scaling, integers by their kind and the tensor's before. */
function acceptedRange({ kind }: FeatureConfig, datatype: TensorDatatype): NumberRange {
  if (kind === 'float32' || kind === 'float64' || kind === 'string') return rangeOf('float64');
  const isFloat = datatype === 'float32' || datatype === 'float64';
  if (!isFloat) return intersection(rangeOf(kind), rangeOfDatatype(datatype));
  return kind === 'int64' ? { min: -(2 ** 63), max: 2 ** 63, integer: true } : rangeOf(kind);
}
