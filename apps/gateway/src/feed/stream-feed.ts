import { type MapReader } from '@nearscore/grid';
import { type Logger } from '@nearscore/logging';
import { type DispatchTurns } from './dispatch-turns';
import { type StampedGrid } from './grid-stamp';
import { JournalReadings } from './journal-readings';
import { PredictionFeed } from './prediction-feed';

export interface StreamFeedParts {
  readonly stream: string;
  readonly predictionMap: string;
  readonly grid: StampedGrid & { readonly reader: MapReader };
  readonly turns: DispatchTurns;
  readonly logger: Logger;
  readonly lingerMs: number;
}

/** The feed of one stream, from its first listener until some time after its last. */
export class StreamFeed {
  readonly readings: JournalReadings;
  private feed: Promise<PredictionFeed> | undefined;
  private users = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: StreamFeedParts) {
    this.readings = new JournalReadings(parts.predictionMap, parts.grid.reader, parts.turns);
  }

  /** Each call is followed by one of `leave`, also when it rejects. */
  async enter(): Promise<PredictionFeed> {
    this.users++;
    clearTimeout(this.timer);
    const started = (this.feed ??= PredictionFeed.start({ ...this.parts, readings: this.readings }));
    try {
      const feed = await started;
      if (!feed.isClosed) return feed;
    } catch (error) {
      if (this.feed === started) this.feed = undefined;
      throw error;
    }
    if (this.feed === started) this.feed = undefined;
    this.users--;
    return this.enter();
  }

  leave(): void {
    this.users--;
    if (this.users === 0) this.timer = setTimeout(() => this.rest(), this.parts.lingerMs).unref();
  }

  /** See PredictionFeed.look. */
  look(): void {
    this.feed?.then(
      (started) => started.look(),
      () => undefined,
    );
  }

  close(): void {
    clearTimeout(this.timer);
    this.rest();
    this.readings.discard();
  }

  private rest(): void {
    const { feed } = this;
    this.feed = undefined;
    feed?.then(
      (started) => started.close(),
      () => undefined,
    );
  }
}
