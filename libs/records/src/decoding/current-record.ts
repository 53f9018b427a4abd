import { type InputRows, type RowTarget } from './input-rows';

/**
 * The record being decoded: a window on its value bytes, and the row that it goes to. One of these is moved from record to
 * record, so that none is allocated. Positions are those of `view`, which spans the whole underlying memory: nothing outside
 * [value, end) may be read.
 */
export class CurrentRecord implements RowTarget {
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Hazelcast's type id of the value. */
  type = 0;
  /** Where the value begins, behind its header. */
  value = 0;
  end = 0;
  rows: readonly InputRows[] = [];
  row = 0;
  private bytes: Buffer = Buffer.alloc(0);

  /** Data: [partition hash i32][type i32][value]. False when there is no whole header. */
  moveTo(bytes: Buffer, start: number, end: number, rows: readonly InputRows[], row: number): boolean {
    if (start < 0 || end > bytes.length || end - start < 8) return false;
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    }
    this.rows = rows;
    this.row = row;
    this.type = this.view.getInt32(bytes.byteOffset + start + 4);
    this.value = bytes.byteOffset + start + 8;
    this.end = bytes.byteOffset + end;
    return true;
  }

  /** The bytes of [from, to) of `view`. */
  slice(from: number, to: number): Buffer {
    return this.bytes.subarray(from - this.bytes.byteOffset, to - this.bytes.byteOffset);
  }
}
