import { type FollowerClock } from './follower-clock';
import { fingerprintsOf, stampsOf } from './found-entries';
import {
  type FoundEntries,
  type PartitionChannel,
  type PartitionListener,
  type ScanPage,
  type ScanPosition,
} from './partition-channel';
import { type Fingerprint, isSameFingerprint, type PredictionStamp, type RecordIdentity } from './record-identity';

const PAGE_ROWS = 256;
/** One wrong key is enough to score the whole partition again. */
const MAX_SUSPECTS = 256;
const WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/** The follower whose work is looked through. */
export interface AuditSubject {
  readonly position: { readonly next: number };
  /** False: it goes another way than the journal's now, and its predictions are about to change anyhow. */
  readonly isSteady: boolean;
  /** Records that could not be scored. */
  readonly parked: { has(key: string, fingerprint: Fingerprint): boolean };
  /** Which predictions are to be made again though they fit their records. */
  readonly rescore: { isOwedFor(key: string, prediction: PredictionStamp): boolean };
}

/** How it ended: the keys whose predictions are wrong; undefined when it could not be found out. */
export type AuditOutcome = readonly string[] | undefined;

export interface AuditPorts {
  readonly identity: RecordIdentity;
  readonly clock: FollowerClock;
  readonly flush: () => void;
  readonly done: (wrong: AuditOutcome) => void;
}

/** A record's fingerprint at the first look; null: there is a prediction and no record. */
type Suspects = Map<string, Fingerprint | null>;

/**
 * Compares a partition's records with its predictions, without writing: what no journal told is found here. Whatever
 * differs is looked at again after everything that the journal held by then was scored; what differs still, though the
 * record is the same, is wrong.
 */
export class PartitionAudit implements PartitionListener {
  /** There is a prediction that fits its record, and is of an older epoch than is to stay. */
  hasOlder = false;
  private channel!: PartitionChannel;
  private readonly predictions = new Map<string, PredictionStamp>();
  private readonly suspects: Suspects = new Map();
  private scanned: 'predictions' | 'records' = 'predictions';
  private lookedUp: 'records' | 'predictions' = 'predictions';
  private keys = Buffer.alloc(0);
  private keyOffsets: readonly (readonly [number, number])[] = [];
  private waitedMs = 0;
  private isOver = false;

  constructor(
    private readonly subject: AuditSubject,
    private readonly ports: AuditPorts,
  ) {}

  start(channel: PartitionChannel): void {
    this.channel = channel;
    this.scan(undefined);
  }

  /** Ends it without an outcome. */
  cancel(): void {
    this.finish(undefined);
  }

  // ---- first look

  private scan(from: ScanPosition): void {
    this.channel.scan(this.scanned, from, PAGE_ROWS);
  }

  onPage(page: ScanPage): boolean {
    const { next } = page;
    if (this.scanned === 'predictions') this.keepPredictions(page);
    else for (const [key, record] of fingerprintsOf(this.ports.identity, page)) this.compare(key, record);
    if (next !== undefined) this.scan(next);
    else if (this.scanned === 'predictions') this.scanRecords();
    else this.secondLook();
    return true;
  }

  private scanRecords(): void {
    this.scanned = 'records';
    this.scan(undefined);
  }

  private compare(key: string, record: Fingerprint): void {
    const prediction = this.predictions.get(key);
    this.predictions.delete(key);
    if (prediction && isSameFingerprint(prediction, record)) this.hasOlder ||= this.isOwed(key, prediction);
    else if (!this.subject.parked.has(key, record)) this.suspect(key, record);
  }

  private isOwed(key: string, prediction: PredictionStamp): boolean {
    return this.subject.rescore.isOwedFor(key, prediction);
  }

  private suspect(key: string, record: Fingerprint | null): void {
    if (this.suspects.size < MAX_SUSPECTS) this.suspects.set(key, record);
  }

  private secondLook(): void {
    for (const key of this.predictions.keys()) this.suspect(key, null);
    this.predictions.clear();
    if (this.suspects.size === 0) return this.finish([]);
    this.channel.subscribe();
  }

  onSubscribed(_oldest: number, newest: number): void {
    this.waitFor(newest);
  }

  private waitFor(newest: number): void {
    if (this.isOver) return;
    if (!this.subject.isSteady || this.waitedMs > LONGEST_WAIT_MS) return this.finish(undefined);
    if (this.subject.position.next > newest) return this.lookUp();
    this.waitedMs += WAIT_MS;
    this.ports.clock.after(WAIT_MS, () => {
      this.waitFor(newest);
      this.ports.flush();
    });
  }

  // ---- second look

  private lookUp(): void {
    const keys = [...this.suspects.keys()].map((key) => Buffer.from(key, 'latin1'));
    let end = 0;
    this.keyOffsets = keys.map((key) => [end, (end += key.length)] as const);
    this.keys = Buffer.concat(keys);
    // Records last: one that is the same then was the same when its prediction was read.
    this.channel.lookUp('predictions', this.keys, this.keyOffsets);
  }

  onFound(found: FoundEntries): boolean {
    if (this.lookedUp === 'records') this.judge(fingerprintsOf(this.ports.identity, found));
    else {
      this.keepPredictions(found);
      this.lookedUp = 'records';
      this.channel.lookUp('records', this.keys, this.keyOffsets);
    }
    return true;
  }

  private judge(records: ReadonlyMap<string, Fingerprint>): void {
    const wrong = [...this.suspects].filter(([key, first]) => {
      const record = records.get(key);
      const prediction = this.predictions.get(key);
      if (!record) return first === null && prediction !== undefined;
      // Changed since: its event is scored after all that this audit has seen.
      if (!first || !isSameFingerprint(first, record) || this.subject.parked.has(key, record)) return false;
      return !prediction || !isSameFingerprint(prediction, record);
    });
    this.finish(wrong.map(([key]) => key));
  }

  // ---- small things

  private keepPredictions(found: FoundEntries): void {
    for (const [key, stamp] of stampsOf(this.ports.identity, found)) this.predictions.set(key, stamp);
  }

  onFailed(): void {
    this.finish(undefined);
  }

  private finish(outcome: AuditOutcome): void {
    if (this.isOver) return;
    this.isOver = true;
    this.channel.close();
    this.ports.done(outcome);
  }

  // It asks for no reading and writes nothing.
  begin(): boolean {
    return true;
  }

  event(): void {
    return;
  }

  end(): void {
    return;
  }

  onAck(): void {
    return;
  }
}
