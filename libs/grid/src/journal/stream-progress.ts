import { type RescanReason } from './journal-position';

/** Counters of one stream in one lane since it began; only ever grow. */
export class StreamProgress {
  /** Events read from journals. */
  recordsRead = 0;
  /** Those of them read from the lane's own member. */
  recordsReadLocally = 0;
  /** Predictions stored and acknowledged. */
  stored = 0;
  /** Predictions removed because their records were. */
  removed = 0;
  /** Records parked, by reason code. */
  readonly parked = new Map<string, number>();
  /** Events that a journal had dropped before they were read. */
  lost = 0;
  readonly rescans = new Map<RescanReason, number>();
  /** Records scored from a partition scan instead of the journal. */
  rescanned = 0;
  /** Predictions of an older epoch made again. */
  rescored = 0;
  /** Events read again after a takeover whose predictions were there already. */
  replaySkipped = 0;
  /** Predictions found wrong or missing, though no journal told, and made anew. */
  repaired = 0;
  /** Batches that were given up and read again, whatever the reason. */
  rewinds = 0;

  countRead(records: number, local: boolean): void {
    this.recordsRead += records;
    if (local) this.recordsReadLocally += records;
  }

  countParked(code: string): void {
    this.parked.set(code, (this.parked.get(code) ?? 0) + 1);
  }

  countRescan(reason: RescanReason): void {
    this.rescans.set(reason, (this.rescans.get(reason) ?? 0) + 1);
  }
}
