/** Bytes [start, end) of a file give way to others. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** @param splices ascending, none over another; RangeError else */
export function applySplices(file: Uint8Array, splices: readonly Splice[]): Uint8Array {
  if (splices.length === 0) return file;
  const parts: Uint8Array[] = [];
  let position = 0;
  for (const { start, end, bytes } of splices) {
    if (start < position || end < start || end > file.length) throw new RangeError('splices overlap or leave the file');
    parts.push(file.subarray(position, start), bytes);
    position = end;
  }
  return Buffer.concat([...parts, file.subarray(position)]);
}
