import { type FieldPlace, offsetSize } from '../compact/compact-layout';
import { ELEMENT_SIZES, FIELD_SHAPES, FieldKind, type FieldShape } from '../compact/field-kind';
import { BAD_POSITION, type CompactFrame, NULL_POSITION, readOffset } from './compact-frame';
import { type CurrentRecord } from './current-record';
import { putElement } from './element-reading';
import { type FeatureColumn } from './feature-column';
import { copyFloats } from './float-copy';
import { type RecordFailure } from './record-failure';
import { isPlain } from './row-columns';

/** Takes one field of a Compact value into its column. */
export interface CompactFieldReader {
  read(record: CurrentRecord, frame: CompactFrame): RecordFailure | undefined;
}

/** `place` undefined: the schema has no such field. */
export function fieldReaderFor(column: FeatureColumn, place: FieldPlace | undefined): CompactFieldReader {
  if (!place) return { read: (record) => column.putAllMissing(record) };
  const shape = FIELD_SHAPES.get(place.kind);
  if (!shape) return refusal(column, 'a field of another kind');
  const isArray = shape.holds === 'array' || shape.holds === 'sparse-array';
  if (isArray !== column.isArray) return refusal(column, isArray ? 'an array' : 'a single value');
  return readerOfShape(column, place, shape);
}

function refusal(column: FeatureColumn, found: string): CompactFieldReader {
  return { read: () => column.wrongKind(undefined, found) };
}

function readerOfShape(column: FeatureColumn, place: FieldPlace, { holds, element }: FieldShape): CompactFieldReader {
  switch (holds) {
    case 'fixed':
      return element === FieldKind.BOOLEAN
        ? bitReader(column, place)
        : new FixedReader(column, place.position, element);
    case 'single':
      return new SingleReader(column, place.position, element);
    case 'array':
      return element === FieldKind.BOOLEAN
        ? new BitArrayReader(column, place.position, element)
        : new ArrayReader(column, place.position, element);
    case 'sparse-array':
      return new SparseArrayReader(column, place.position, element);
  }
}

function bitReader(column: FeatureColumn, { position, bit }: FieldPlace): CompactFieldReader {
  return {
    read: (record, frame) => column.putBoolean(record, 0, isBitSet(record.view, frame.data + position, bit)),
  };
}

function isBitSet(view: DataView, position: number, bit: number): boolean {
  return ((view.getUint8(position) >> bit) & 1) === 1;
}

class FixedReader implements CompactFieldReader {
  constructor(
    private readonly column: FeatureColumn,
    private readonly position: number,
    private readonly kind: number,
  ) {}

  read(record: CurrentRecord, frame: CompactFrame): RecordFailure | undefined {
    return putElement(record, this.kind, frame.data + this.position, frame.dataEnd, this.column, 0);
  }
}

/** A field that lies where one of the offsets says, or is null. */
abstract class VariableReader implements CompactFieldReader {
  protected readonly elementSize: number;

  constructor(
    protected readonly column: FeatureColumn,
    private readonly index: number,
    protected readonly kind: number,
  ) {
    this.elementSize = ELEMENT_SIZES.get(kind) ?? 0;
  }

  read(record: CurrentRecord, frame: CompactFrame): RecordFailure | undefined {
    const position = frame.variable(record.view, this.index);
    if (position === NULL_POSITION) return this.column.putAllMissing(record);
    return position === BAD_POSITION ? this.malformed() : this.readAt(record, position, frame.dataEnd);
  }

  /** `limit`: where the data ends. */
  protected abstract readAt(record: CurrentRecord, position: number, limit: number): RecordFailure | undefined;

  protected malformed(): RecordFailure {
    return this.column.fail('MALFORMED', undefined, 'does not lie within its record');
  }
}

class SingleReader extends VariableReader {
  protected override readAt(record: CurrentRecord, position: number, limit: number): RecordFailure | undefined {
    if (position + this.elementSize > limit) return this.malformed();
    return putElement(record, this.kind, position, limit, this.column, 0);
  }
}

/** [count i32][elements] */
class ArrayReader extends VariableReader {
  private readonly isPlain = this.kind === FieldKind.FLOAT32 && isPlain(this.column);

  protected override readAt(record: CurrentRecord, position: number, limit: number): RecordFailure | undefined {
    const { column, elementSize } = this;
    if (position + 4 > limit) return this.malformed();
    if (record.view.getInt32(position) !== column.count) return column.wrongLength();
    if (position + 4 + this.byteLength() > limit) return this.malformed();
    if (this.isPlain && this.copyPlain(record, position + 4)) return undefined;
    for (let element = 0; element < column.count; element++) {
      const failure = this.putAt(record, position + 4, element, limit, elementSize);
      if (failure) return failure;
    }
    return undefined;
  }

  protected byteLength(): number {
    return this.column.count * this.elementSize;
  }

  protected putAt(
    record: CurrentRecord,
    first: number,
    element: number,
    limit: number,
    size: number,
  ): RecordFailure | undefined {
    return putElement(record, this.kind, first + element * size, limit, this.column, element);
  }

  private copyPlain(record: CurrentRecord, from: number): boolean {
    const { column } = this;
    return copyFloats(record.view, from, 4, column.dataOf<Float32Array>(record), column.at(record, 0), column.count);
  }
}

/** [count i32][booleans, 8 to a byte] */
class BitArrayReader extends ArrayReader {
  protected override byteLength(): number {
    return (this.column.count + 7) >> 3;
  }

  protected override putAt(record: CurrentRecord, first: number, element: number): RecordFailure | undefined {
    return this.column.putBoolean(record, element, isBitSet(record.view, first + (element >> 3), element & 7));
  }
}

/** [data length i32][count i32][elements][offsets from the first element, −1: null] */
class SparseArrayReader extends VariableReader {
  protected override readAt(record: CurrentRecord, position: number, limit: number): RecordFailure | undefined {
    const { view } = record;
    if (position + 8 > limit) return this.malformed();
    const dataLength = view.getInt32(position);
    const { column } = this;
    if (view.getInt32(position + 4) !== column.count) return column.wrongLength();
    const first = position + 8;
    const size = offsetSize(dataLength);
    if (dataLength < 0 || first + dataLength + column.count * size > limit) return this.malformed();
    for (let element = 0; element < column.count; element++) {
      const offset = readOffset(view, first + dataLength, size, element);
      const failure = this.putAt(record, first, offset, first + dataLength, element);
      if (failure) return failure;
    }
    return undefined;
  }

  private putAt(
    record: CurrentRecord,
    first: number,
    offset: number,
    limit: number,
    element: number,
  ): RecordFailure | undefined {
    if (offset === NULL_POSITION) return this.column.putMissing(record, element);
    const position = first + offset;
    if (offset < 0 || position + this.elementSize > limit) return this.malformed();
    return putElement(record, this.kind, position, limit, this.column, element);
  }
}
