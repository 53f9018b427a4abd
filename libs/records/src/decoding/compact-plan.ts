import { compactLayout, type CompactLayout } from '../compact/compact-layout';
import { type CompactSchema } from '../compact/compact-schema';
import { FieldKind } from '../compact/field-kind';
import { type CompactFieldReader, fieldReaderFor } from './compact-field-reader';
import { CompactFrame } from './compact-frame';
import { type CurrentRecord } from './current-record';
import { gatherFloats } from './float-copy';
import { type RecordFailure, recordFailure } from './record-failure';
import { type RowColumns } from './row-columns';

/** The way from values of one Compact schema to rows, worked out once. */
export class CompactPlan {
  private readonly layout: CompactLayout;
  private readonly readers: readonly CompactFieldReader[];
  /** Where the row's values lie, if all are fixed-size float32 fields; undefined: go by the readers. */
  private readonly offsets: Int32Array | undefined;
  private readonly frame = new CompactFrame();

  constructor(
    schema: CompactSchema,
    private readonly columns: RowColumns,
  ) {
    this.layout = compactLayout(schema);
    this.readers = columns.all.map((column) => fieldReaderFor(column, this.layout.places.get(column.name)));
    this.offsets = this.floatOffsets();
  }

  /** `start`: behind the schema id. */
  decode(record: CurrentRecord, start: number): RecordFailure | undefined {
    const { frame, offsets } = this;
    if (!frame.moveTo(record, start, this.layout)) {
      return recordFailure('MALFORMED', 'the Compact value is not of the length that its schema gives it');
    }
    const plain = offsets && this.columns.plainData(record);
    if (plain && gatherFloats(record.view, frame.data, offsets, plain, record.row * offsets.length)) return undefined;
    for (const reader of this.readers) {
      const failure = reader.read(record, frame);
      if (failure) return failure;
    }
    return undefined;
  }

  private floatOffsets(): Int32Array | undefined {
    const places = this.columns.all.map((column) => (column.isArray ? undefined : this.layout.places.get(column.name)));
    const areFloats = places.every((place) => place?.kind === FieldKind.FLOAT32);
    return areFloats ? Int32Array.from(places, (place) => place?.position ?? 0) : undefined;
  }
}
