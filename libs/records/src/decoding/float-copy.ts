/**
 * Moves big-endian floats into `data` as they come, and says whether all of them were finite there; which one was not
 * is for the slow way to say.
 */
export function copyFloats(
  view: DataView,
  from: number,
  valueSize: 4 | 8,
  data: Float32Array,
  to: number,
  count: number,
): boolean {
  // 0 times anything finite is 0, and NaN with anything else: one comparison for the whole row.
  let zero = 0;
  for (let index = 0, position = from; index < count; index++, position += valueSize) {
    const value = valueSize === 4 ? view.getFloat32(position) : Math.fround(view.getFloat64(position));
    data[to + index] = value;
    zero += value * 0;
  }
  return zero === 0;
}

/** The same for float32 values that lie at `base` plus their own offsets. */
export function gatherFloats(
  view: DataView,
  base: number,
  offsets: Int32Array,
  data: Float32Array,
  to: number,
): boolean {
  let zero = 0;
  for (let index = 0; index < offsets.length; index++) {
    const value = view.getFloat32(base + (offsets[index] as number));
    data[to + index] = value;
    zero += value * 0;
  }
  return zero === 0;
}
