import { type FoundEntries } from './partition-channel';
import { type RecordBatch, ROW } from './record-batch';

/** What a follower does between two readings, on behalf of somebody else than its journal: the partition still has one writer. */
export interface SideWork {
  readonly isUnderWay: boolean;
  /**
   * Takes what a look-up found. Returns how many rows are to be scored; undefined: not known yet.
   *
   * @param last sequence of the last event that was done with
   */
  found(found: FoundEntries, last: number): number | undefined;
  addTo(batch: RecordBatch): void;
  /** What could be scored is stored. */
  stored(): void;
  /** What is under way came to nothing, or nobody can tell. */
  breakOff(): void;
  /** Nothing will be done any more. */
  close(): void;
}

/** @param rows sequence, keyStart, keyEnd, valueStart, valueEnd of each record that is to be scored */
export function addRowsTo(batch: RecordBatch, rows: readonly (readonly number[])[]): void {
  for (const [sequence = 0, keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] of rows) {
    batch.addRow(ROW.score, sequence, keyStart, keyEnd, valueStart, valueEnd);
  }
}
