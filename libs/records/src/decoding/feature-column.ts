import { type FeatureConfig, kindWithArticle } from '../config/model-config';
import { type InputRows, type RowData, type RowTarget } from './input-rows';
import { type RecordFailure, type RecordFailureCode, recordFailure } from './record-failure';

/**
 * One feature's place in a row of its input tensor, and the rules by which a value may go there. A `put` either stores exactly
 * the value that model.json says, or stores nothing meaningful and returns the failure; it allocates only for a failure.
 * `element` counts within an array feature, and is 0 for a single value.
 */
export abstract class FeatureColumn {
  readonly name: string;
  /** Values that the feature takes: 1, or an array's length. */
  readonly count: number;
  readonly isArray: boolean;
  protected readonly width: number;

  constructor(
    readonly feature: FeatureConfig,
    /** Position of its input among the model's inputs. */
    readonly input: number,
    rowWidth: number,
    /** Its first column in the row. */
    readonly column: number,
  ) {
    this.name = feature.name;
    this.isArray = feature.length !== null;
    this.count = feature.length ?? 1;
    this.width = rowWidth;
  }

  abstract putNumber(into: RowTarget, element: number, value: number): RecordFailure | undefined;
  abstract putText(into: RowTarget, element: number, value: string): RecordFailure | undefined;
  protected abstract putDefault(into: RowTarget, element: number): void;

  /** An int64 as the two halves that lie in the bytes. */
  putHalves(into: RowTarget, element: number, high: number, low: number): RecordFailure | undefined {
    return this.putNumber(into, element, high * 2 ** 32 + (low >>> 0));
  }

  putBoolean(into: RowTarget, element: number, value: boolean): RecordFailure | undefined {
    if (this.feature.kind !== 'boolean') return this.wrongKind(element, 'a boolean');
    return this.putNumber(into, element, value ? 1 : 0);
  }

  /** The field, or one element of its array, is missing or null. */
  putMissing(into: RowTarget, element: number): RecordFailure | undefined {
    if (this.feature.default === null) return this.fail('MISSING_FIELD', element, 'is missing and has no default');
    this.putDefault(into, element);
    return undefined;
  }

  /** The whole field is missing or null. */
  putAllMissing(into: RowTarget): RecordFailure | undefined {
    if (this.feature.default === null) return this.fail('MISSING_FIELD', undefined, 'is missing and has no default');
    for (let element = 0; element < this.count; element++) this.putDefault(into, element);
    return undefined;
  }

  /** `element` undefined: the field as a whole. */
  wrongKind(element: number | undefined, found: string): RecordFailure {
    return this.fail('WRONG_KIND', element, `expected ${this.expectation()}, found ${found}`);
  }

  wrongLength(): RecordFailure {
    return this.fail('WRONG_LENGTH', undefined, `expected ${this.count} values`);
  }

  protected expectation(): string {
    return this.feature.kind === 'string' ? 'text' : kindWithArticle(this.feature.kind);
  }

  fail(code: RecordFailureCode, element: number | undefined, message: string): RecordFailure {
    const isElement = this.isArray && element !== undefined;
    return recordFailure(code, message, isElement ? `${this.name}[${element}]` : this.name);
  }

  /** Index of an element in its input's data. */
  at({ row }: RowTarget, element: number): number {
    return row * this.width + this.column + element;
  }

  /** Its input's data; the subclass knows of which type. */
  dataOf<Data extends RowData>({ rows }: RowTarget): Data {
    return (rows[this.input] as InputRows).data as Data;
  }
}
