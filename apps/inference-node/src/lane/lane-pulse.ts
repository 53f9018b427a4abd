const HEADER_BYTES = 8;
/** Names are 64 characters at most, so that every activity has room. */
const TEXT_BYTES = 504;
const TURNS = 0;
const TEXT_LENGTH = 1;

/** What a lane does that may never end: it is in native code then, and cannot say so any more. */
export interface LaneActivity {
  /** load: a model is loaded and warmed up. run: a batch is decoded, scored, encoded. */
  readonly stage: 'load' | 'run';
  /** Missing for a load: it may be of several streams, or of none yet. */
  readonly stream?: string;
  readonly model: string;
  readonly version: number;
}

/** An activity as its lane writes it: prepared once, because it is written with every batch. */
export type ActivityNote = Uint8Array;

export function noteOf({ stage, stream, model, version }: LaneActivity): ActivityNote {
  return new TextEncoder().encode(JSON.stringify({ stage, stream, model, version })).subarray(0, TEXT_BYTES);
}

/**
 * What the main thread sees of a lane that does not answer any more, in memory that both share: turns of its event
 * loop, and what it is doing.
 *
 *     int32 turns | int32 length of the note, 0 = none | note: LaneActivity as JSON in UTF-8
 */
export class LanePulse {
  private readonly counts: Int32Array;
  private readonly text: Uint8Array;
  /** Of the lane's side: a model may be loading between two batches. */
  private readonly doing: ActivityNote[] = [];
  private written: ActivityNote | undefined;

  constructor(readonly buffer = new SharedArrayBuffer(HEADER_BYTES + TEXT_BYTES)) {
    this.counts = new Int32Array(buffer, 0, 2);
    this.text = new Uint8Array(buffer, HEADER_BYTES);
  }

  /** By the lane: its event loop came round. */
  turn(): void {
    Atomics.add(this.counts, TURNS, 1);
  }

  /** By the lane. */
  async during<T>(note: ActivityNote, work: () => Promise<T>): Promise<T> {
    this.doing.push(note);
    this.show(note);
    try {
      return await work();
    } finally {
      this.doing.splice(this.doing.lastIndexOf(note), 1);
      this.show(this.doing.at(-1));
    }
  }

  /** By the main thread; wraps around. 0 until the lane has begun. */
  get turns(): number {
    return Atomics.load(this.counts, TURNS);
  }

  /** By the main thread; sure only of a lane that makes no turns: another one may be writing the note meanwhile. */
  get activity(): LaneActivity | undefined {
    const length = Atomics.load(this.counts, TEXT_LENGTH);
    const text = Buffer.from(this.text.subarray(0, length)).toString();
    try {
      return length === 0 ? undefined : (JSON.parse(text) as LaneActivity);
    } catch {
      return undefined;
    }
  }

  private show(note: ActivityNote | undefined): void {
    // Mostly the same stream's next batch.
    if (note && note !== this.written) this.text.set((this.written = note));
    Atomics.store(this.counts, TEXT_LENGTH, note?.length ?? 0);
  }
}
