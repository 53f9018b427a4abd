import { type TensorDatatype } from '../config/model-signature';

/** A run's outputs by name, row-major; the first of `dims` is the number of rows. */
export interface OutputColumns {
  readonly [output: string]: {
    readonly datatype: TensorDatatype;
    readonly data: ArrayLike<number | bigint | string>;
    readonly dims: readonly number[];
  };
}

/** The output's data if it has `columns` per row; a graph with open dimensions may give others than it declared. */
export function outputData(
  outputs: OutputColumns,
  name: string,
  columns: number,
): ArrayLike<number | bigint | string> | undefined {
  const tensor = outputs[name];
  return tensor?.data.length === (tensor?.dims[0] ?? 0) * columns ? tensor?.data : undefined;
}
