import { type FollowerClock } from './follower-clock';

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/** Pauses that double until something succeeds. At most one is under way. */
export class Backoff {
  private lastMs = 0;
  private cancelPause: (() => void) | undefined;

  constructor(private readonly clock: FollowerClock) {}

  pause(then: () => void): void {
    this.lastMs = Math.min(this.lastMs === 0 ? FIRST_MS : this.lastMs * 2, LONGEST_MS);
    this.cancel();
    this.cancelPause = this.clock.after(this.lastMs, then);
  }

  succeeded(): void {
    this.lastMs = 0;
  }

  cancel(): void {
    this.cancelPause?.();
  }
}
