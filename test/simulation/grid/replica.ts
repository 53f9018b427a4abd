import { type Write } from './writes';

export interface LoggedEvent {
  readonly sequence: number;
  readonly write: Write;
}

export interface StoredPrediction {
  readonly text: string;
  readonly write: Write;
  /** As its stamp says. */
  readonly sequence: number;
  readonly epoch: number;
  /** The journal did not reach as far as the stamp says, then or after a failover. */
  unfounded: boolean;
  /** By a lane that was no holder any more, and could not know. */
  late: boolean;
}

export interface StoredCheckpoint {
  readonly next: number;
  readonly incarnation: number;
}

/** The entry of nearscore.checkpoints. */
export interface StoredEntry {
  readonly bytes: Buffer;
  readonly holder: string | null;
  readonly epoch: number;
  readonly leaseMs: number;
  /** When the holder sent what made or kept it the holder, by its own clock. */
  readonly holdingSince: number;
  readonly streams: Readonly<Record<string, StoredCheckpoint>>;
  /** Those of the entry that this one replaced. */
  readonly before: Readonly<Record<string, StoredCheckpoint>>;
}

/** The event journal of a partition: every event since it began, of which only the newest `capacity` can be read. */
export class SimJournal {
  constructor(
    private readonly capacity: number,
    readonly events: LoggedEvent[] = [],
  ) {}

  /** 0 for an empty journal. */
  get oldest(): number {
    return Math.max(0, this.events.length - this.capacity);
  }

  /** -1 for an empty journal. */
  get newest(): number {
    return this.events.length - 1;
  }

  append(write: Write): void {
    this.events.push({ sequence: this.events.length, write });
  }

  /** As the member does it: a start that is too old is moved to the oldest event without a word. */
  read(start: number, max: number): readonly LoggedEvent[] {
    const from = Math.max(start, this.oldest);
    return this.events.slice(from, from + max);
  }

  clone(): SimJournal {
    return new SimJournal(this.capacity, this.events.slice());
  }
}

/** One stream's share of a partition, as one member keeps it. */
export class StreamReplica {
  records = new Map<string, Write>();
  predictions = new Map<string, StoredPrediction>();
  /** The latest write of each key whose effect on the predictions was stored, removals too. For the checker. */
  settled = new Map<string, Write>();
  /** Events up to here were found covered when a checkpoint passed them. For the checker. */
  checkedTo = 0;
  /** Writes that have no event here: of a primary that died before this replica heard of them, or merged. For the checker. */
  unheard: Write[] = [];

  constructor(
    public journal: SimJournal,
    /** Another one for each map that was made anew. */
    readonly life: number,
    /** Checkpoints up to this incarnation are about a journal that was here before. */
    readonly voidIncarnation: number,
  ) {}

  write(write: Write): void {
    if (write.value === null) this.records.delete(write.key);
    else this.records.set(write.key, write);
    this.journal.append(write);
  }

  merge(write: Write): void {
    if (write.value === null) this.records.delete(write.key);
    else this.records.set(write.key, write);
    this.unheard = [...this.unheard, write];
    const prediction = this.predictions.get(write.key);
    if (prediction) prediction.unfounded = true;
  }

  store(key: string, prediction: StoredPrediction): void {
    this.predictions.set(key, prediction);
    this.settle(key, prediction.write);
  }

  /** @param removal the event that asked for it, if known */
  remove(key: string, removal: Write | undefined): void {
    this.predictions.delete(key);
    if (removal) this.settle(key, removal);
  }

  isSettled(write: Write): boolean {
    const settled = this.settled.get(write.key);
    return settled !== undefined && !settled.lost && settled.applied >= write.applied;
  }

  clone(): StreamReplica {
    const copy = new StreamReplica(this.journal.clone(), this.life, this.voidIncarnation);
    copy.records = new Map(this.records);
    copy.predictions = new Map(this.predictions);
    copy.settled = new Map(this.settled);
    copy.checkedTo = this.checkedTo;
    copy.unheard = this.unheard;
    return copy;
  }

  private settle(key: string, write: Write): void {
    const before = this.settled.get(key);
    if (!write.lost && (!before || before.lost || before.applied < write.applied)) this.settled.set(key, write);
  }
}

/** A partition as one member keeps it. */
export class Replica {
  entry: StoredEntry | null = null;

  constructor(
    readonly partition: number,
    readonly streams: StreamReplica[],
  ) {}

  stream(index: number): StreamReplica {
    return this.streams[index] as StreamReplica;
  }

  clone(): Replica {
    const copy = new Replica(
      this.partition,
      this.streams.map((stream) => stream.clone()),
    );
    copy.entry = this.entry;
    return copy;
  }
}
