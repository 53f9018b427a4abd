/** How often something happens, where what came `memoryMs` ago counts a third. */
export class DecayingRate {
  private perMs = 0;
  private cameAt = -Infinity;

  constructor(private readonly memoryMs: number) {}

  /** So many happened. Returns how many happen per ms now. */
  add(count: number, nowMs: number): number {
    this.perMs = this.at(nowMs) + count / this.memoryMs;
    this.cameAt = nowMs;
    return this.perMs;
  }

  /** How many happen per ms. */
  at(nowMs: number): number {
    return this.perMs * Math.exp((this.cameAt - nowMs) / this.memoryMs);
  }
}
