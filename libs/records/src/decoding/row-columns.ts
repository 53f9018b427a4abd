import { type InputConfig, type ModelConfig } from '../config/model-config';
import { BigIntColumn } from './bigint-column';
import { type FeatureColumn } from './feature-column';
import { type InputRows, type RowTarget } from './input-rows';
import { NumberColumn } from './number-column';
import { TextColumn } from './text-column';

/** The columns that a model's records fill, in the order in which a record without names lists its values. */
export class RowColumns {
  readonly all: readonly FeatureColumn[];
  /** Values of a whole record, over all inputs. */
  readonly width: number;
  private readonly isPlain: boolean;

  constructor(config: ModelConfig) {
    this.all = config.inputs.flatMap(columnsOfInput);
    this.width = config.inputs.reduce((sum, { width }) => sum + width, 0);
    this.isPlain = config.inputs.length === 1 && this.all.every(isPlain);
  }

  /** The data of the one float32 input whose values are stored as they come, if the model is of that kind: the fast case. */
  plainData({ rows }: RowTarget): Float32Array | undefined {
    return this.isPlain ? ((rows[0] as InputRows).data as Float32Array) : undefined;
  }
}

function columnsOfInput(input: InputConfig, position: number): FeatureColumn[] {
  let column = 0;
  return input.features.map((feature) => {
    const first = column;
    column += feature.length ?? 1;
    switch (input.datatype) {
      case 'string':
        return new TextColumn(feature, position, input.width, first);
      case 'int64':
      case 'uint64':
        return new BigIntColumn(feature, position, input.datatype, input.width, first);
      default:
        return new NumberColumn(feature, position, input.datatype, input.width, first);
    }
  });
}

export function isPlain(column: FeatureColumn): boolean {
  return column instanceof NumberColumn && column.isPlain;
}
