import { type FeatureConfig } from '../config/model-config';
import { rangeOf } from '../config/number-range';
import { type TensorDatatype } from '../config/model-signature';
import { FeatureColumn } from './feature-column';
import { type RowTarget } from './input-rows';
import { type RecordFailure } from './record-failure';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A feature of an int64 or uint64 tensor. */
export class BigIntColumn extends FeatureColumn {
  private readonly min: bigint;
  private readonly max: bigint;
  private readonly codes: ReadonlyMap<string, bigint>;
  private readonly defaultValue: bigint;

  constructor(feature: FeatureConfig, input: number, datatype: TensorDatatype, width: number, column: number) {
    super(feature, input, width, column);
    const [min, max] = integerRange(feature);
    this.min = datatype === 'uint64' && min < 0n ? 0n : min;
    this.max = max;
    this.codes = new Map(feature.categories?.map(([category, code]) => [category, BigInt(code)]) ?? []);
    this.defaultValue = this.storedDefault();
  }

  /** A number past 2^53 may already stand for another integer than was written. */
  override putNumber(into: RowTarget, element: number, value: number): RecordFailure | undefined {
    if (this.feature.kind === 'string') return this.wrongKind(element, 'a number');
    if (!Number.isFinite(value)) return this.fail('NOT_A_NUMBER', element, 'is not a finite number');
    if (!Number.isSafeInteger(value)) return this.outOfRange(element);
    return this.put(into, element, BigInt(value));
  }

  override putHalves(into: RowTarget, element: number, high: number, low: number): RecordFailure | undefined {
    if (this.feature.kind === 'string') return this.wrongKind(element, 'a number');
    return this.put(into, element, (BigInt(high) << 32n) | BigInt(low >>> 0));
  }

  override putText(into: RowTarget, element: number, value: string): RecordFailure | undefined {
    if (this.feature.kind !== 'string') return this.wrongKind(element, 'text');
    const code = this.codes.get(value);
    if (code === undefined) return this.fail('UNKNOWN_CATEGORY', element, 'is none of the categories');
    this.dataOf<BigInt64Array>(into)[this.at(into, element)] = code;
    return undefined;
  }

  protected override putDefault(into: RowTarget, element: number): void {
    this.dataOf<BigInt64Array>(into)[this.at(into, element)] = this.defaultValue;
  }

  private put(into: RowTarget, element: number, value: bigint): RecordFailure | undefined {
    if (value < this.min || value > this.max) return this.outOfRange(element);
    this.dataOf<BigInt64Array>(into)[this.at(into, element)] = value;
    return undefined;
  }

  private storedDefault(): bigint {
    const value = this.feature.default;
    return typeof value === 'string' ? (this.codes.get(value) ?? 0n) : BigInt(value ?? 0);
  }

  private outOfRange(element: number): RecordFailure {
    return this.fail('OUT_OF_RANGE', element, `does not fit ${this.expectation()}`);
  }
}

function integerRange({ kind }: FeatureConfig): [min: bigint, max: bigint] {
  if (kind === 'int64' || kind === 'string') return [INT64_MIN, INT64_MAX];
  const { min, max } = rangeOf(kind);
  return [BigInt(min), BigInt(max)];
}
