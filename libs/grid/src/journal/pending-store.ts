import { type NearscoreError } from '@nearscore/errors';
import { type BatchSegment, type RecordBatch, ROW } from './record-batch';

/** The writes of one segment, from when they are sent until the last of them is answered. */
export class PendingStore {
  /** Predictions that count as stored once all is acknowledged. */
  predictions = 0;
  removals = 0;
  private acks = 0;
  private error: NearscoreError | undefined;

  /** Counts what is to be stored. Returns how many rows to be scored have no prediction. */
  count(batch: RecordBatch, { firstRow, rowCount }: BatchSegment): number {
    let unanswered = 0;
    this.predictions = this.removals = 0;
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      if (batch.kind[row] === ROW.remove) this.removals++;
      else if ((batch.predictionEnd[row] ?? 0) > 0) this.predictions++;
      else if (batch.kind[row] === ROW.score) unanswered++;
    }
    return unanswered;
  }

  /** @returns whether there is anything to wait for */
  expect(acks: number): boolean {
    this.acks = acks;
    this.error = undefined;
    return acks > 0;
  }

  /** One write was answered. Returns its outcome with the last one: the first error, if any, speaks for all. */
  settle(error?: NearscoreError): { error: NearscoreError | undefined } | undefined {
    this.error ??= error;
    return --this.acks > 0 ? undefined : { error: this.error };
  }
}
