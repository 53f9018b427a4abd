import { DecayingRate } from './decaying-rate';
import { type FollowerClock } from './follower-clock';

/** When a lane leaves its partitions alone between two readings. */
export interface RestTerms {
  /** Longest rest of a partition, in ms; 0: none ever rests. */
  readonly restMs: number;
  /** Events per second of the whole lane above which its partitions rest at all; from twice as many on they may rest for all of `restMs`. */
  readonly busyEventsPerSecond: number;
}

/** So many events share a reading, a write and their acknowledgements at next to no cost: more are not waited for. */
const WORTH_A_READING = 32;
const MEMORY_MS = 1_000;
/** Less is not worth a timer. */
const LEAST_MS = 2;

/**
 * The rests of a lane's partitions. What a record costs a busy lane, and the member, is mostly the messages of its partition's
 * readings: with many partitions each brings a few records only. So a busy lane reads a partition less often, and more at
 * once. All that rest are woken together: their questions leave in one write.
 */
export class ReadingRests<F extends { endRest(): void }> {
  private readonly load = new DecayingRate(MEMORY_MS);
  private resting: F[] = [];
  private cancel: (() => void) | undefined;

  constructor(
    private readonly terms: RestTerms,
    private readonly clock: FollowerClock,
    private readonly lane: {
      /** How many share the load. */
      readonly readers: () => number;
      /** Sends what those that were woken asked. */
      readonly flush: () => void;
    },
  ) {}

  /** So many events were read. */
  came(events: number): void {
    if (this.terms.restMs > 0) this.load.add(events, this.clock.now());
  }

  /** Returns whether the follower rests: `endRest` is called when it is over. */
  take(follower: F): boolean {
    if (this.resting.length === 0) {
      const restMs = this.lengthMs();
      if (restMs < LEAST_MS) return false;
      this.cancel = this.clock.after(restMs, () => this.wake());
    }
    this.resting.push(follower);
    return true;
  }

  stop(): void {
    this.cancel?.();
    this.resting = [];
  }

  private lengthMs(): number {
    const { restMs, busyEventsPerSecond } = this.terms;
    if (restMs === 0) return 0;
    const eventsPerSecond = this.load.at(this.clock.now()) * 1000;
    const busy = Math.min(1, eventsPerSecond / busyEventsPerSecond - 1);
    return Math.min(busy * restMs, (1000 * WORTH_A_READING * this.lane.readers()) / eventsPerSecond);
  }

  private wake(): void {
    const woken = this.resting;
    this.resting = [];
    for (const follower of woken) follower.endRest();
    this.lane.flush();
  }
}
