import { NearscoreError } from '@nearscore/errors';
import { IN_FLIGHT, type Phase } from './follower-phase';
import { ParkedKeys } from './parked-keys';
import { type PartitionChannel } from './partition-channel';
import { type RecordBatch } from './record-batch';
import { SegmentInFlight } from './segment-in-flight';
import { Waiters } from './waiters';

/** The lane of a writer of type W. */
interface WriterLane<W> {
  readonly maxRows: number;
  /** The stream's batch, when it can take so many rows now. */
  batchFor(writer: W, rows: number): RecordBatch | undefined;
  /** The writer has opened the batch's last segment and filled it. */
  collected(writer: W): void;
}

/** A partition's rows in its lane's batch, until their predictions are acknowledged; one segment at a time. */
export abstract class PartitionWriter {
  readonly parked = new ParkedKeys();
  protected channel!: PartitionChannel;
  protected readonly segment: SegmentInFlight;
  private current: Phase = 'new';
  private readonly landing = new Waiters();

  protected constructor(lane: { readonly maxRows: number }) {
    this.segment = new SegmentInFlight(lane);
  }

  abstract get partition(): number;
  protected abstract readonly lane: WriterLane<this>;
  /** All of the segment is stored. */
  protected abstract stored(): void;
  /** Nobody knows how much of the segment is stored. */
  protected abstract goBack(error: NearscoreError): void;
  /** Nothing of the segment is stored. */
  protected abstract rewind(error: NearscoreError): void;

  protected get phase(): Phase {
    return this.current;
  }

  protected set phase(phase: Phase) {
    this.current = phase;
    if (!IN_FLIGHT.has(phase)) this.landing.release();
  }

  /** Calls back once what is in its lane's batch or on its way now is stored, parked or given up; at once when nothing is. */
  whenLanded(landed: () => void): void {
    if (IN_FLIGHT.has(this.phase)) this.landing.add(landed);
    else landed();
  }

  /** Opens a segment for so many rows, if there is room. */
  protected collect(rows: number, bytes: Buffer): boolean {
    const batch = this.lane.batchFor(this, rows);
    if (batch) this.segment.open(batch, this.partition, rows, bytes);
    return batch !== undefined;
  }

  /**
   * Sends what the handler made of the collected rows.
   *
   * @param parkedWrites further acknowledgements (`onAck`) that the lane will give for records it parks
   * @returns false when it was given up: nothing may be parked then
   */
  store(parkedWrites: number): boolean {
    if (!this.segment.isOpen) return false;
    if (this.segment.unanswered() > parkedWrites) {
      this.giveUp(new NearscoreError('BATCH_INCOMPLETE', 'The handler left rows unanswered', { retriable: true }));
      return false;
    }
    this.phase = 'storing';
    if (!this.segment.send(this.channel, parkedWrites, this.parked)) this.stored();
    return true;
  }

  /** The handler failed as a whole, or nothing may be written now: nothing of the collected rows is stored. */
  giveUp(error: NearscoreError): void {
    if (this.phase !== 'collected') return;
    this.segment.clear();
    this.rewind(error);
  }

  onAck(): void {
    this.settle();
  }

  protected settle(error?: NearscoreError): void {
    const outcome = this.phase === 'storing' ? this.segment.settle(error) : undefined;
    if (outcome?.error) this.goBack(outcome.error);
    else if (outcome) this.stored();
  }
}
