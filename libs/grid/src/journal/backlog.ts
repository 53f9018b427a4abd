import { ArrivalMarks } from './arrival-marks';
import { type FollowerClock } from './follower-clock';

/** The journal's growth is measured over at least so long. */
const RATE_WINDOW_MS = 500;
/** A journal that keeps so many readings like the last one is in no danger of dropping an event unread. */
const READINGS_KEPT = 4;
/** A reading that has events is answered at once; so late it is asked what the journal holds. */
const LATE_MS = 1_000;

/** How far one partition's scoring is behind its journal, as far as its follower can know. */
export class Backlog {
  /** The newest sequence known to be in the journal. */
  private newest = -1;
  /** The oldest one; 0 while the journal has not dropped any. */
  private oldest = 0;
  /** So many events lay in the journal when it was last looked at: it keeps as many, at least. */
  private kept = 0;
  private seenAt = -Infinity;
  /** The last reading brought so many. */
  private came = 0;
  /** The last reading brought all it was allowed to: there may be more than `newest` says. */
  mayHaveMore = false;
  private readonly marks = new ArrivalMarks();
  /** Monotonic time since which it is not known, or not told by the journal, what waits. */
  private owesSinceMs: number | undefined;
  private measured: { readonly newest: number; readonly atMs: number } | undefined;
  private eventsPerMs = 0;

  /** @param position whose `next` is the sequence that is to be scored next */
  constructor(
    private readonly clock: FollowerClock,
    private readonly position: { readonly next: number },
  ) {}

  /** What the journal holds now. */
  saw(oldest: number, newest: number): void {
    if (newest < this.newest) this.marks.cutAt(newest);
    this.oldest = oldest;
    this.newest = newest;
    this.kept = newest + 1 - oldest;
    this.seenAt = this.clock.now();
    // What came while the journal could not be asked may have come right at the beginning of it.
    if (newest >= this.position.next) this.marks.mark(newest, this.owesSinceMs ?? this.seenAt);
    else this.mayHaveMore = false;
    this.measure(newest);
  }

  /** A reading came, of so many events. */
  read(newest: number, events: number, full: boolean): void {
    this.mayHaveMore = full;
    this.came = events;
    this.newest = Math.max(this.newest, newest);
    this.marks.mark(newest, this.clock.now());
  }

  /** Whether the journal keeps much more than came with the last reading: then nothing is lost when the next one comes later. */
  get isFarFromLoss(): boolean {
    return !this.mayHaveMore && this.came * READINGS_KEPT <= this.kept;
  }

  /** Whether the journal is to be asked what it holds. How much it keeps shows by and by only. */
  get isUnsure(): boolean {
    const nowMs = this.clock.now();
    const isOutdated = !this.isFarFromLoss && nowMs - this.seenAt > LATE_MS;
    return this.mayHaveMore || this.ageMs(nowMs) > LATE_MS || isOutdated;
  }

  /** The position has moved: all before it is stored. */
  passed(): void {
    this.marks.pass(this.position.next);
  }

  /** Something waits that the journal does not tell of: it cannot be asked, or the map is scored instead of it. */
  owe(): void {
    this.owesSinceMs ??= this.clock.now();
  }

  oweNothing(): void {
    this.owesSinceMs = undefined;
  }

  /** Events that wait for their predictions; at least one while something is owed. */
  size(): number {
    return Math.max(this.newest + 1 - this.position.next, this.owesSinceMs === undefined ? 0 : 1);
  }

  /** Age of the oldest waiting event, in ms of `nowMs`'s clock; 0 when none waits. */
  ageMs(nowMs: number): number {
    this.marks.pass(this.position.next);
    const sinceMs = Math.min(this.marks.oldestMs ?? Infinity, this.owesSinceMs ?? Infinity);
    return sinceMs === Infinity ? 0 : nowMs - sinceMs;
  }

  /**
   * When the journal, growing as it does, will drop the event at `next`. Undefined while nothing waits, and while the
   * journal has not been full once: its capacity is not known before.
   */
  headroomSeconds(): number | undefined {
    const { next } = this.position;
    if (this.oldest === 0 || this.eventsPerMs <= 0 || this.newest < next) return undefined;
    return Math.max(0, next - this.oldest) / this.eventsPerMs / 1000;
  }

  private measure(newest: number): void {
    const atMs = this.clock.now();
    const { measured } = this;
    if (measured && newest >= measured.newest && atMs - measured.atMs < RATE_WINDOW_MS) return;
    const isRate = measured && newest >= measured.newest;
    this.eventsPerMs = isRate ? (newest - measured.newest) / (atMs - measured.atMs) : 0;
    this.measured = { newest, atMs };
  }
}
