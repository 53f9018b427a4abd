/** Random numbers that a seed replays (mulberry32). */
export class SimRandom {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** [0, 1) */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Time to the next of events that come `meanMs` apart. */
  gap(meanMs: number): number {
    return -Math.log(1 - this.next()) * meanMs;
  }

  pick<T>(candidates: readonly T[]): T | undefined {
    return candidates[this.below(candidates.length)];
  }

  /** Another source that does not disturb this one by how often it is asked. */
  fork(): SimRandom {
    return new SimRandom(Math.floor(this.next() * 4294967296));
  }
}
