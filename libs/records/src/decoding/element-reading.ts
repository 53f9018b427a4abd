import { isUtf8 } from 'node:buffer';
import { FieldKind } from '../compact/field-kind';
import { type CurrentRecord } from './current-record';
import { type FeatureColumn } from './feature-column';
import { type RecordFailure } from './record-failure';

/** Longer and more scaled decimals are no amounts, but would cost like attacks. */
const MAX_DECIMAL_BYTES = 64;
const MAX_DECIMAL_SCALE = 1_000;

/**
 * Puts the element of a Compact field that lies at `position` into its column. For elements of fixed size the caller has made sure
 * that they end before `limit`; text and decimals state their own length, checked here.
 */
export function putElement(
  record: CurrentRecord,
  kind: number,
  position: number,
  limit: number,
  column: FeatureColumn,
  element: number,
): RecordFailure | undefined {
  const { view } = record;
  switch (kind) {
    case FieldKind.FLOAT32:
      return column.putNumber(record, element, view.getFloat32(position));
    case FieldKind.FLOAT64:
      return column.putNumber(record, element, view.getFloat64(position));
    case FieldKind.INT8:
      return column.putNumber(record, element, view.getInt8(position));
    case FieldKind.INT16:
      return column.putNumber(record, element, view.getInt16(position));
    case FieldKind.INT32:
      return column.putNumber(record, element, view.getInt32(position));
    case FieldKind.INT64:
      return column.putHalves(record, element, view.getInt32(position), view.getInt32(position + 4));
    case FieldKind.BOOLEAN:
      return column.putBoolean(record, element, view.getUint8(position) === 1);
    case FieldKind.STRING:
      return putText(record, position, limit, column, element);
    default:
      return putDecimal(record, position, limit, column, element);
  }
}

/** [length i32][UTF-8] */
function putText(
  record: CurrentRecord,
  position: number,
  limit: number,
  column: FeatureColumn,
  element: number,
): RecordFailure | undefined {
  const text = sizedBytes(record, position, limit, 0);
  if (!text || !isUtf8(text)) return column.fail('MALFORMED', element, 'is not UTF-8 of its stated length');
  return column.putText(record, element, text.toString('utf8'));
}

/** java.math.BigDecimal: [length i32][unscaled value, two's complement][scale i32] */
function putDecimal(
  record: CurrentRecord,
  position: number,
  limit: number,
  column: FeatureColumn,
  element: number,
): RecordFailure | undefined {
  const unscaled = sizedBytes(record, position, limit, 4);
  if (!unscaled || unscaled.length === 0)
    return column.fail('MALFORMED', element, 'is not a decimal of its stated length');
  const scale = record.view.getInt32(position + 4 + unscaled.length);
  if (unscaled.length > MAX_DECIMAL_BYTES || Math.abs(scale) > MAX_DECIMAL_SCALE) {
    return column.fail('OUT_OF_RANGE', element, 'is a decimal beyond all measure');
  }
  const integer = BigInt.asIntN(unscaled.length * 8, BigInt(`0x${unscaled.toString('hex')}`));
  // By way of text, because a division would round a second time.
  return column.putNumber(record, element, Number(`${integer}e${-scale}`));
}

/** The bytes behind a length, if they and `after` more end before the limit. */
function sizedBytes(record: CurrentRecord, position: number, limit: number, after: number): Buffer | undefined {
  if (position + 4 > limit) return undefined;
  const length = record.view.getInt32(position);
  const fits = length >= 0 && position + 4 + length + after <= limit;
  return fits ? record.slice(position + 4, position + 4 + length) : undefined;
}
