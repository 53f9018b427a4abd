import { isWellFormedText } from '../well-formed-text';
import { FeatureColumn } from './feature-column';
import { type RowTarget } from './input-rows';
import { type RecordFailure } from './record-failure';

/** A feature of a string tensor. */
export class TextColumn extends FeatureColumn {
  override putNumber(_into: RowTarget, element: number): RecordFailure {
    return this.wrongKind(element, 'a number');
  }

  override putText(into: RowTarget, element: number, value: string): RecordFailure | undefined {
    if (!isWellFormedText(value)) return this.fail('MALFORMED', element, 'is not well-formed Unicode');
    this.dataOf<string[]>(into)[this.at(into, element)] = value;
    return undefined;
  }

  protected override putDefault(into: RowTarget, element: number): void {
    this.dataOf<string[]>(into)[this.at(into, element)] = String(this.feature.default);
  }
}
