import { type CurrentRecord } from './current-record';
import { copyFloats } from './float-copy';
import { type RecordFailure, recordFailure } from './record-failure';
import { type RowColumns } from './row-columns';

/** `float[]` and `double[]` on the wire: [length i32][values], big-endian. The values are the features in order. */
export function decodeNumberArray(
  record: CurrentRecord,
  valueSize: 4 | 8,
  columns: RowColumns,
): RecordFailure | undefined {
  const { view, value: start, end } = record;
  if (end - start < 4) return recordFailure('MALFORMED', 'the array ends before its length');
  const count = view.getInt32(start);
  if (end - start !== 4 + count * valueSize) return recordFailure('MALFORMED', 'the array is not of its stated length');
  if (count !== columns.width) return recordFailure('WRONG_LENGTH', `expected an array of ${columns.width} values`);
  const plain = columns.plainData(record);
  if (plain && copyFloats(view, start + 4, valueSize, plain, record.row * count, count)) return undefined;
  return putInOrder(record, valueSize, columns);
}

function putInOrder(record: CurrentRecord, valueSize: 4 | 8, columns: RowColumns): RecordFailure | undefined {
  const { view } = record;
  let position = record.value + 4;
  for (const column of columns.all) {
    for (let element = 0; element < column.count; element++, position += valueSize) {
      const value = valueSize === 4 ? view.getFloat32(position) : view.getFloat64(position);
      const failure = column.putNumber(record, element, value);
      if (failure) return failure;
    }
  }
  return undefined;
}
