const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** A process that ran this long was well: what ends it now is another fault. */
const STABLE_AFTER_MS = 60_000;

/** How long to wait before a process that keeps ending is started again: 0.5 s, doubled each time, at most 30 s. */
export class RestartDelay {
  private failures = 0;

  /** `ranMs`: how long it had run when it ended. */
  next(ranMs: number): number {
    if (ranMs >= STABLE_AFTER_MS) this.failures = 0;
    return Math.min(FIRST_MS * 2 ** this.failures++, LONGEST_MS);
  }
}
