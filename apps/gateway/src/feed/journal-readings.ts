import { setMaxListeners } from 'node:events';
import { type JournalRange, JournalTail, type MapReader, systemClock } from '@nearscore/grid';
import { type DispatchTurns } from './dispatch-turns';
import { PartitionReading, type ReadingSubscriber } from './partition-reading';

const MAX_EVENTS = 128;
/**
 * So many events are read again when the owner changed: a promoted backup may have lost the last ones, and given their
 * sequences to others.
 */
export const REPLAY_EVENTS = 256;

export interface Subscription {
  /** The sequence behind the last event told of. */
  readonly position: number;
  end(): void;
}

/** The readings of one map's journal: one per partition, however many want its events. */
export class JournalReadings {
  private readonly readings = new Map<number, Promise<PartitionReading>>();
  private stopping = new AbortController();

  constructor(
    readonly map: string,
    private readonly reader: MapReader,
    private readonly turns: DispatchTurns,
  ) {
    setMaxListeners(0, this.stopping.signal);
  }

  /** How many partitions are read. */
  get size(): number {
    return this.readings.size;
  }

  /** Every event from now on. Rejects when the partition's owner cannot be asked where its journal ends. */
  async subscribe(partition: number, subscriber: ReadingSubscriber): Promise<Subscription> {
    for (;;) {
      const begun = this.readingOf(partition);
      const reading = await begun;
      // It may have ended just now.
      if (this.readings.get(partition) === begun) return subscriptionTo(reading, subscriber);
    }
  }

  /** What the journals of partitions 0 to `count` − 1 hold now. */
  ranges(count: number): Promise<JournalRange[]> {
    return Promise.all(Array.from({ length: count }, (_, at) => this.reader.journalRange(this.map, at)));
  }

  /** Gives up all readings; who subscribes again begins anew. */
  discard(): void {
    this.stopping.abort();
    this.readings.clear();
    this.stopping = new AbortController();
    setMaxListeners(0, this.stopping.signal);
  }

  /** A tail of its own. */
  tail(partition: number, from: number, maxEvents: number): JournalTail {
    const options = { map: this.map, partition, from, maxEvents, replayEvents: REPLAY_EVENTS, clock: systemClock };
    return new JournalTail(this.reader, options);
  }

  private readingOf(partition: number): Promise<PartitionReading> {
    const known = this.readings.get(partition);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (this.readings.get(partition) === begun) this.readings.delete(partition);
    };
    const begun = this.begin(partition, forget);
    this.readings.set(partition, begun);
    begun.catch(forget);
    return begun;
  }

  private async begin(partition: number, ended: () => void): Promise<PartitionReading> {
    const { signal } = this.stopping;
    const { newest } = await this.reader.journalRange(this.map, partition);
    signal.throwIfAborted();
    const next = newest + 1;
    const reading = new PartitionReading(partition, this.tail(partition, next, MAX_EVENTS), next, this.turns);
    void reading.run(signal, ended);
    return reading;
  }
}

function subscriptionTo(reading: PartitionReading, subscriber: ReadingSubscriber): Subscription {
  const end = reading.subscribe(subscriber);
  return {
    get position() {
      return reading.position;
    },
    end,
  };
}
