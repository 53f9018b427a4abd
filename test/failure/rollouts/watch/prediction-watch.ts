import {
  type JournalEvent,
  JournalTail,
  type MapReader,
  PartitionAccess,
  systemClock,
  type Grid,
  type TailNews,
} from '@nearscore/grid';
import { decodeKey, decodePrediction } from '@nearscore/records';
import { predictionMapOf } from '@nearscore/registry';
import { type SeenPrediction } from '../history/rollout-fact';

export interface PredictionObserver {
  /** ms, by the clock of `arrivedAt`. */
  now(): number;
  /** In the order of its partition. */
  seen(prediction: SeenPrediction): void;
  /** Predictions were missed. */
  blind(what: string): void;
  /** Called before `seen` of an epoch that the observer does not know; resolves when all is known that can be. */
  learn(epoch: number): Promise<void> | undefined;
}

const EVENTS_PER_READING = 1_000;
const REPLAYED_EVENTS = 256;

/** Reads all predictions of a stream from the journals of their map, as any consumer may that must not miss one. */
export class PredictionWatch {
  private readonly stops: AbortController[] = [];
  private readonly readings: Promise<void>[];

  private constructor(
    private readonly access: PartitionAccess,
    private readonly map: string,
    private readonly observer: PredictionObserver,
  ) {
    this.readings = access.ownersByPartition.map((_, partition) => this.read(partition));
  }

  static async open(grid: Grid, stream: string, observer: PredictionObserver): Promise<PredictionWatch> {
    const access = await PartitionAccess.open(grid, { clientName: 'rollout-watch' });
    return new PredictionWatch(access, predictionMapOf(stream), observer);
  }

  get reader(): MapReader {
    return this.access.reader;
  }

  /** The position behind the newest prediction, by partition. */
  async ends(): Promise<number[]> {
    const ranges = this.access.ownersByPartition.map((_, partition) =>
      this.access.reader.journalRange(this.map, partition),
    );
    return (await Promise.all(ranges)).map(({ newest }) => newest + 1);
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop.abort();
    await Promise.allSettled(this.readings);
    this.access.close();
  }

  private async read(partition: number): Promise<void> {
    const { signal } = (this.stops[partition] = new AbortController());
    let told = Promise.resolve();
    const options = { map: this.map, partition, from: 'oldest', maxEvents: EVENTS_PER_READING } as const;
    const tail = new JournalTail(this.access.reader, { ...options, replayEvents: REPLAYED_EVENTS, clock: systemClock });
    try {
      for (;;) {
        const news = await tail.next(signal);
        const arrivedAt = this.observer.now();
        // What is not known yet of an epoch holds up its judgement, and not what arrives meanwhile.
        told = told
          .then(() => this.tell(partition, news, arrivedAt))
          .catch((error: unknown) => this.blind(partition, error));
      }
    } catch (error) {
      if (!signal.aborted) this.blind(partition, error);
    }
    await told;
  }

  private blind(partition: number, error: unknown): void {
    this.observer.blind(`partition ${partition}: ${String(error)}`);
  }

  private async tell(partition: number, news: TailNews, arrivedAt: number): Promise<void> {
    if (news.kind === 'reset') return this.observer.blind(`partition ${partition}: ${news.reason} at ${news.from}`);
    for (const event of news.events) {
      const prediction = predictionOf(partition, event, arrivedAt);
      if (!prediction) continue;
      // Nearly all are of an epoch that is known: no turn of the event loop for each.
      const learning = this.observer.learn(prediction.epoch);
      if (learning) await learning;
      this.observer.seen(prediction);
    }
  }
}

/** Undefined: a removal. */
function predictionOf(
  partition: number,
  { key, value, sequence: position }: JournalEvent,
  arrivedAt: number,
): SeenPrediction | undefined {
  if (value === null) return undefined;
  const prediction = decodePrediction(value);
  if (!prediction) throw new Error(`what lies at ${position} is no prediction`);
  const { model, version, epoch, sourceSequence: sequence, fingerprint, score, scoredAt } = prediction;
  return {
    key: String(decodeKey(key)),
    ...{ partition, position, model, version, epoch, sequence, fingerprint, score, scoredAt, arrivedAt },
  };
}
