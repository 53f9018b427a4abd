import { type InputRows } from '@nearscore/records';
import { Tensor } from 'onnxruntime-node';

/**
 * A tensor over rows [start, start + count): a view, nothing is copied (strings excepted, they are references).
 * @param shape as the graph declares it; tells whether one column is a vector or a matrix
 */
export function tensorOf(rows: InputRows, shape: readonly (number | null)[], start: number, count: number): Tensor {
  const { data, width, datatype } = rows;
  const [from, to] = [start * width, (start + count) * width];
  const view = Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
  return new Tensor(datatype, view as Tensor.DataType, dimsOf(shape, count, width));
}

/** [count, width], unless the graph wants its rows in another shape of the same size. */
export function dimsOf(shape: readonly (number | null)[], count: number, width: number): number[] {
  if (shape.length === 1) return [count];
  const inner = shape.slice(1);
  const known = inner.reduce<number>((product, size) => product * (size ?? 1), 1);
  const open = inner.filter((size) => size === null).length;
  if (inner.length < 2 || open > 1) return [count, width];
  return [count, ...inner.map((size) => size ?? width / known)];
}
