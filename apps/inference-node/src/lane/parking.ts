import { NearscoreError } from '@nearscore/errors';
import { fingerprintText, type RecordToPark } from '@nearscore/grid';
import { decodeTextKey } from '@nearscore/records';
import { type FailedRecord } from '@nearscore/registry';
import { type DeployedStreams } from './deployed-streams';
import { type LaneReport } from './lane-messages';
import { versionOfKey } from './scoring/version-of-key';

type Done = (error?: NearscoreError) => void;

/** A parked record could not be stored. Its batch is read again. */
export class ParkingError extends NearscoreError {
  constructor(reason: string) {
    super('PARKING_FAILED', `A record that cannot be scored could not be parked: ${reason}`, { retriable: true });
  }
}

/** Sends the records that cannot be scored to the main thread, which stores them; several of a batch in one message. */
export class Parking {
  private nextId = 1;
  private readonly asked = new Map<number, Done[]>();
  private collecting: { records: FailedRecord[]; done: Done[] } | undefined;

  constructor(
    private readonly streams: Pick<DeployedStreams, 'scoredBy'>,
    private readonly send: (report: LaneReport) => void,
  ) {}

  park(record: RecordToPark, done: Done): void {
    if (!this.collecting) {
      this.collecting = { records: [], done: [] };
      queueMicrotask(() => this.ask());
    }
    this.collecting.records.push(this.toFailed(record));
    this.collecting.done.push(done);
  }

  answered(id: number, error?: string): void {
    const waiting = this.asked.get(id) ?? [];
    this.asked.delete(id);
    for (const done of waiting) done(error === undefined ? undefined : new ParkingError(error));
  }

  private ask(): void {
    if (!this.collecting) return;
    const id = this.nextId++;
    this.asked.set(id, this.collecting.done);
    this.send({ type: 'park', id, records: this.collecting.records });
    this.collecting = undefined;
  }

  private toFailed({ stream, partition, key, sequence, fingerprint, failure }: RecordToPark): FailedRecord {
    const { model = '', version = 0, epoch = 0 } = versionOfKey(this.streams.scoredBy(stream), key) ?? {};
    const { code, field, message } = failure;
    const now = Date.now();
    return {
      stream,
      key: decodeTextKey(key) ?? null,
      keyData: key.toString('base64'),
      partition,
      sourceSequence: Math.max(sequence, 0),
      fingerprint: fingerprintText(fingerprint),
      model,
      version,
      epoch,
      reason: { code, message, ...(field === undefined ? {} : { field }) },
      firstAt: now,
      lastAt: now,
    };
  }
}
