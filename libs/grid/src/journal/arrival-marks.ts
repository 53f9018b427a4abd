/** More are thinned out. */
const MOST_MARKS = 64;
const LEAST_GAP_MS = 50;

/** When which events were known to be there; two arrays of numbers, since it is kept for every reading. */
export class ArrivalMarks {
  private readonly newest: number[] = [];
  private readonly atMs: number[] = [];
  /** What comes so soon after a mark counts as come with it: rather too old than too young. */
  private gapMs = LEAST_GAP_MS;

  /** The journal reached up to `newest` by `nowMs` at the latest. */
  mark(newest: number, nowMs: number): void {
    const last = this.newest.length - 1;
    if (last >= 0 && newest <= (this.newest[last] ?? 0)) return;
    if (last >= 0 && nowMs - (this.atMs[last] ?? 0) < this.gapMs) {
      this.newest[last] = newest;
      return;
    }
    this.newest.push(newest);
    this.atMs.push(nowMs);
    if (this.newest.length === MOST_MARKS) this.thin();
  }

  /** Events before `next` do not wait any more. */
  pass(next: number): void {
    while (this.newest.length > 0 && (this.newest[0] ?? 0) < next) {
      this.newest.shift();
      this.atMs.shift();
    }
    if (this.newest.length === 0) this.gapMs = LEAST_GAP_MS;
  }

  /** When the oldest event that waits was known first; undefined when none does. */
  get oldestMs(): number | undefined {
    return this.atMs[0];
  }

  /** The journal ends at `newest`, before what was marked: it is another one, or has lost its end. */
  cutAt(newest: number): void {
    const kept = this.newest.findIndex((one) => one > newest);
    if (kept < 0) return;
    const since = this.atMs[kept] ?? 0;
    this.newest.length = this.atMs.length = kept;
    if (newest >= 0) this.mark(newest, since);
  }

  /** Of every two the later one is joined to the earlier. */
  private thin(): void {
    const half = MOST_MARKS / 2;
    for (let index = 0; index < half; index++) {
      this.newest[index] = this.newest[index * 2 + 1] ?? 0;
      this.atMs[index] = this.atMs[index * 2] ?? 0;
    }
    this.newest.length = this.atMs.length = half;
    this.gapMs *= 2;
  }
}
