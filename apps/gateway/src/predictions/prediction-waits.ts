import { type Prediction } from '@nearscore/records';
import { featureMapOf } from '@nearscore/registry';
import { toGridError } from '../feed/grid-error';
import { type PredictionFeeds } from '../feed/prediction-feeds';
import { type GridConnection } from '../grid/grid-connection';
import { PredictionWait } from './prediction-wait';

/** What a writer waits for. */
export interface WaitRequest {
  /** From the end of the write. */
  readonly waitMs: number;
  /** Aborted when the writer is gone. */
  readonly gone: AbortSignal;
}

/** Waits for predictions of writes; those of a partition share one reading of its journal, with each other and the listeners. */
export class PredictionWaits {
  constructor(
    private readonly connection: GridConnection,
    private readonly feeds: Pick<PredictionFeeds, 'readingsOf'>,
  ) {}

  /**
   * Writes, and waits for the prediction of what was written, or of a later write of the key; undefined when it does not come in
   * time. GridUnavailableError when the journals cannot be asked, and nothing was written; and whatever `write` rejects with.
   *
   * @param write resolves with the Data of the value when it is written
   */
  async predictionOf(
    { stream, key, partition }: { readonly stream: string; readonly key: string; readonly partition: number },
    { waitMs, gone }: WaitRequest,
    write: () => Promise<Buffer>,
  ): Promise<Prediction | undefined> {
    const wait = await this.begin(stream, key, partition);
    try {
      const value = await write();
      return await untilLate(waitMs, gone, (signal) => wait.prediction(value, signal));
    } finally {
      wait.end();
    }
  }

  private async begin(stream: string, key: string, partition: number): Promise<PredictionWait> {
    try {
      const { reader } = await this.connection.session().access();
      const readings = await this.feeds.readingsOf(stream);
      return await PredictionWait.begin({ key, partition, featureMap: featureMapOf(stream), reader, readings });
    } catch (error) {
      throw toGridError(error);
    }
  }
}

/** A timer that is held: signals of AbortSignal.timeout and .any may be collected before they are aborted (Node 20). */
async function untilLate<T>(waitMs: number, gone: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const abort = (): void => late.abort();
  const timer = setTimeout(abort, waitMs);
  gone.addEventListener('abort', abort, { once: true });
  try {
    if (gone.aborted) abort();
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', abort);
  }
}
