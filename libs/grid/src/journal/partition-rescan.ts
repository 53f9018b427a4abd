import { eachEntry, keysAmong } from './found-entries';
import { type PartitionChannel, type ScanPage, type ScanPosition } from './partition-channel';
import { type RecordBatch, ROW } from './record-batch';

/**
 * Scores a whole partition again from the record map, page by page, then removes predictions whose records are gone.
 * Every prediction gets the sequence of the journal's tail as it was when the scan began: no event up to it can be newer
 * than what the scan reads, and later events are read from the journal afterwards and win.
 */
export class PartitionRescan {
  private position: ScanPosition = undefined;
  private page: ScanPage | undefined;
  private map: 'records' | 'predictions' = 'records';
  private readonly keys = new Set<string>();

  constructor(
    private readonly channel: PartitionChannel,
    /** Sequence of the newest event when the scan began; -1 for an empty journal. */
    readonly sequence: number,
  ) {}

  get readsRecords(): boolean {
    return this.map === 'records';
  }

  requestPage(pageSize: number): void {
    this.channel.scan(this.map, this.position, pageSize);
  }

  /** The page is being worked on. */
  turnPage(page: ScanPage): void {
    this.page = page;
    this.position = page.next;
  }

  /** Adds the page's records to the batch. */
  addTo(batch: RecordBatch): void {
    const { page } = this;
    if (!page) return;
    eachEntry(page, (key, entry) => {
      this.keys.add(key);
      batch.addRow(ROW.score, Math.max(this.sequence, 0), ...entry);
    });
  }

  /** Removes the page's predictions that have no record. Returns how many, and how many acknowledgements will follow. */
  removeOrphans(): { orphans: number; acks: number } {
    const { page } = this;
    if (!page) return { orphans: 0, acks: 0 };
    const orphans = keysAmong(page, (key) => !this.keys.has(key));
    const acks = orphans.length === 0 ? 0 : this.channel.removePredictions(page.bytes, orphans);
    return { orphans: orphans.length, acks };
  }

  /** What the page gave is stored. Returns false when the whole partition is done. */
  advance(): boolean {
    this.page = undefined;
    if (this.position !== undefined) return true;
    if (this.map === 'predictions') return false;
    this.map = 'predictions';
    return true;
  }
}
