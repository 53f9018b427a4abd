import { eachEntry } from './found-entries';
import { type FoundEntries } from './partition-channel';
import { type RecordBatch, ROW } from './record-batch';
import { type EventOffsets } from './replay-zone';

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
}

/** A record that is to be scored, and the sequence that its prediction is to have. */
export type SideRow = readonly [sequence: number, ...entry: EventOffsets];

/**
 * @param last as for `found`: no prediction is of a later event
 * @param sequenceOf undefined: the key's record is not to be scored
 */
export function rowsOf(found: FoundEntries, last: number, sequenceOf: (key: string) => number | undefined): SideRow[] {
  const rows: SideRow[] = [];
  eachEntry(found, (key, entry) => {
    const sequence = sequenceOf(key);
    if (sequence !== undefined) rows.push([Math.max(0, Math.min(sequence, last)), ...entry]);
  });
  return rows;
}

export function addRowsTo(batch: RecordBatch, rows: readonly SideRow[]): void {
  for (const row of rows) batch.addRow(ROW.score, ...row);
}
