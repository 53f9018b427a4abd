import { fingerprintsOf, keysAmong, stampsOf } from './found-entries';
import { ParkedKeys } from './parked-keys';
import { type FoundEntries, type PartitionChannel, type ScanPage, type ScanPosition } from './partition-channel';
import { type RecordBatch } from './record-batch';
import { isSameFingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';
import { addRowsTo, rowsOf, type SideRow, type SideWork } from './side-work';

/** Most predictions of a page: for so many the partition's own events wait. */
const PAGE_ROWS = 64;

/**
 * A follower's duty to make predictions of older epochs again. It goes through the stored predictions page by page, each
 * between two readings, and scores their records as they are then. A prediction keeps the sequence of its event, so that every later
 * event of the key wins over it. Which pages are done is noted nowhere: what is older is seen in the predictions themselves.
 */
export class PartitionRescore implements SideWork {
  private before = 0;
  private isThrough = false;
  /** Where the page under way, or the next one, begins. */
  private from: ScanPosition = undefined;
  private next: ScanPosition = undefined;
  /** The page under way is not to be followed by the next one. */
  private isRestarted = false;
  private older: ReadonlyMap<string, PredictionStamp> = new Map();
  private rows: readonly SideRow[] = [];
  private pageDone: (() => void) | undefined;
  /**
   * Records that could not be scored since it was wanted, and are parked: whoever tries them again does so without this. What
   * was parked before that is tried once more.
   */
  failures = new ParkedKeys();

  constructor(private readonly identity: RecordIdentity) {}

  /** @param before predictions of an older epoch are to be made again; undefined: all may stay */
  want(before = 0): void {
    if (before === this.before) return;
    this.before = before;
    this.failures = new ParkedKeys();
    this.restart();
  }

  get isWanted(): boolean {
    return this.before > 0;
  }

  /** Not every prediction was looked at yet. */
  get isOwed(): boolean {
    return this.isWanted && !this.isThrough;
  }

  isOlder({ epoch }: PredictionStamp): boolean {
    return epoch < this.before;
  }

  /** Whether the record that this prediction fits is to be scored again. */
  isOwedFor(key: string, prediction: PredictionStamp): boolean {
    return this.isOlder(prediction) && !this.failures.has(key, prediction);
  }

  /** Older predictions may have come back: all are looked at once more. */
  restart(): void {
    this.isThrough = false;
    this.isRestarted = true;
    this.from = undefined;
  }

  // ---- one page

  get isUnderWay(): boolean {
    return this.pageDone !== undefined;
  }

  /** @param done called once, whatever becomes of the page */
  begin(channel: PartitionChannel, maxRows: number, done: () => void): void {
    this.pageDone = done;
    this.isRestarted = false;
    // A batch has room for other partitions' records beside it.
    channel.scan('predictions', this.from, Math.max(1, Math.min(PAGE_ROWS, maxRows >> 2)));
  }

  /** Looks up the records of the page's older predictions. Returns false when it has none. */
  turnPage(page: ScanPage, channel: PartitionChannel): boolean {
    this.next = page.next;
    this.older = new Map([...stampsOf(this.identity, page)].filter(([key, stamp]) => this.isOwedFor(key, stamp)));
    if (this.older.size === 0) return false;
    const keys = keysAmong(page, (key) => this.older.has(key));
    channel.lookUp('records', page.bytes, keys);
    return true;
  }

  found(found: FoundEntries, last: number): number {
    const records = fingerprintsOf(this.identity, found);
    this.rows = rowsOf(found, last, (key) => {
      const [stamp, record] = [this.older.get(key), records.get(key)];
      // A record that is another by now has an event of its own, or is parked.
      return stamp && record && isSameFingerprint(stamp, record) ? stamp.sequence : undefined;
    });
    return this.rows.length;
  }

  addTo(batch: RecordBatch): void {
    addRowsTo(batch, this.rows);
  }

  stored(): void {
    if (!this.isRestarted) {
      this.from = this.next;
      this.isThrough = this.next === undefined;
    }
    this.breakOff();
  }

  /** The page is looked at once more. */
  breakOff(): void {
    const done = this.pageDone;
    this.pageDone = undefined;
    done?.();
  }
}
