import { type FollowerClock } from './follower-clock';

/** The journal's growth is measured over at least so long. */
const RATE_WINDOW_MS = 500;

/** How far one partition's scoring is behind its journal, as far as its follower can know. */
export class Backlog {
  /** The newest sequence known to be in the journal. */
  private newest = -1;
  /** The oldest one; 0 while the journal has not dropped any. */
  private oldest = 0;
  /** The last reading brought all it was allowed to: there may be more than `newest` says. */
  mayHaveMore = false;
  /** Monotonic time since which events wait for their predictions; undefined when none do. */
  private sinceMs: number | undefined;
  private measured: { readonly newest: number; readonly atMs: number } | undefined;
  private eventsPerMs = 0;

  constructor(private readonly clock: FollowerClock) {}

  /** What the journal holds now. */
  saw(oldest: number, newest: number): void {
    this.oldest = oldest;
    this.newest = newest;
    this.measure(newest);
  }

  /** A reading came. After one that brought everything there was, nothing in this one has waited for longer than now. */
  read(newest: number, full: boolean): void {
    if (!this.mayHaveMore) this.sinceMs = undefined;
    this.waiting();
    this.mayHaveMore = full;
    this.newest = Math.max(this.newest, newest);
  }

  /** What was read is stored. */
  stored(): void {
    if (!this.mayHaveMore) this.sinceMs = undefined;
  }

  waiting(): void {
    this.sinceMs ??= this.clock.now();
  }

  caughtUp(): void {
    this.mayHaveMore = false;
    this.sinceMs = undefined;
  }

  /** @param next the sequence that is to be scored next */
  size(next: number): number {
    return Math.max(this.newest + 1 - next, 0);
  }

  /** Age of the oldest waiting event, in ms of `nowMs`'s clock; 0 when none waits. */
  ageMs(nowMs: number): number {
    return this.sinceMs === undefined ? 0 : nowMs - this.sinceMs;
  }

  /**
   * When the journal, growing as it does, will drop the event at `next`. Undefined while nothing waits, and while the
   * journal has not been full once: its capacity is not known before.
   */
  headroomSeconds(next: number): number | undefined {
    if (this.oldest === 0 || this.eventsPerMs <= 0 || this.size(next) === 0) return undefined;
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
