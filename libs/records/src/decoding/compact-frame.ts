import { type CompactLayout, offsetSize } from '../compact/compact-layout';
import { type CurrentRecord } from './current-record';

/** Where the parts of the Compact value at hand lie; moved from record to record. See compact-layout.ts for the frame. */
export class CompactFrame {
  data = 0;
  dataEnd = 0;
  private fixedLength = 0;
  private offsetSize: 1 | 2 | 4 = 1;

  /** `start`: behind the schema id. False unless the value's parts fill [start, end of the record) exactly. */
  moveTo({ view, end }: CurrentRecord, start: number, layout: CompactLayout): boolean {
    this.fixedLength = layout.fixedLength;
    if (layout.variableFields === 0) {
      this.data = start;
      this.dataEnd = start + layout.fixedLength;
      return this.dataEnd === end;
    }
    if (end - start < 4) return false;
    const dataLength = view.getInt32(start);
    if (dataLength < layout.fixedLength) return false;
    this.data = start + 4;
    this.dataEnd = this.data + dataLength;
    this.offsetSize = offsetSize(dataLength);
    return this.dataEnd + layout.variableFields * this.offsetSize === end;
  }

  /** Position of a variable-size field's value: NULL_POSITION, BAD_POSITION, or one inside the data. */
  variable(view: DataView, index: number): number {
    const offset = readOffset(view, this.dataEnd, this.offsetSize, index);
    if (offset === NULL_POSITION) return NULL_POSITION;
    return offset >= this.fixedLength && this.data + offset <= this.dataEnd ? this.data + offset : BAD_POSITION;
  }
}

export const NULL_POSITION = -1;
export const BAD_POSITION = -2;

/** All bits set mean null in every size; else one and two bytes are unsigned. */
export function readOffset(view: DataView, offsets: number, size: 1 | 2 | 4, index: number): number {
  if (size === 4) return Math.max(view.getInt32(offsets + index * 4), BAD_POSITION);
  const offset = size === 1 ? view.getUint8(offsets + index) : view.getUint16(offsets + index * 2);
  return offset === (size === 1 ? 0xff : 0xffff) ? NULL_POSITION : offset;
}
