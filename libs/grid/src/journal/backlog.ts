import { type FollowerClock } from './follower-clock';

/** How far one partition's scoring is behind its journal, as far as its follower can know. */
export class Backlog {
  /** The newest sequence known to be in the journal. */
  newest = -1;
  /** The last reading brought all it was allowed to: there may be more than `newest` says. */
  mayHaveMore = false;
  /** Monotonic time since which events wait for their predictions; undefined when none do. */
  private sinceMs: number | undefined;

  constructor(private readonly clock: FollowerClock) {}

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
}
