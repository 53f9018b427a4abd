/** Tells whether anybody has looked since. Looks never overlap; one that fails has not ended. */
export class LookCount {
  private begun = 0;
  private ended = 0;

  begins(): void {
    this.begun++;
  }

  ends(): void {
    this.ended = this.begun;
  }

  /** Now, for `hasLookedSince`. */
  mark(): number {
    return this.begun;
  }

  /** Whether a look has ended that began after the mark was taken. */
  hasLookedSince(mark: number): boolean {
    return this.ended > mark;
  }
}
