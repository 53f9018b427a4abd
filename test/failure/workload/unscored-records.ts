interface Unscored {
  readonly version: number;
  readonly since: number;
}

/** Acknowledged records whose prediction nobody has seen yet: the latest of each key. */
export class UnscoredRecords {
  private readonly records = new Map<string, Unscored>();
  /** The highest version of a key of which a prediction was seen: it may come before its acknowledgement. */
  private readonly scored = new Map<string, number>();

  get size(): number {
    return this.records.size;
  }

  acknowledged(key: string, version: number, at: number): void {
    if ((this.scored.get(key) ?? 0) >= version) return;
    // An older one of the key that still waits has waited longer.
    const since = this.records.get(key)?.since ?? at;
    this.records.set(key, { version, since });
  }

  /** @returns ms that the record had waited; undefined = none waited for this */
  predicted(key: string, version: number, at: number): number | undefined {
    this.scored.set(key, Math.max(version, this.scored.get(key) ?? 0));
    const waiting = this.records.get(key);
    if (!waiting || waiting.version > version) return undefined;
    this.records.delete(key);
    return at - waiting.since;
  }

  oldestMs(now: number): number {
    let oldest = now;
    for (const { since } of this.records.values()) oldest = Math.min(oldest, since);
    return now - oldest;
  }

  /** Keys that have waited so long. */
  waiting(now: number, atLeastMs: number): string[] {
    return [...this.records].filter(([, { since }]) => now - since >= atLeastMs).map(([key]) => key);
  }

  /** All that waited is gone with the grid. */
  clear(): void {
    this.records.clear();
    this.scored.clear();
  }
}
