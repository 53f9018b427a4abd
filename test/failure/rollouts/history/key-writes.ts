interface Write {
  readonly index: number;
  readonly row: number;
  readonly fingerprint: bigint;
}

/** What was written to one key, and the prediction of it that was seen last. */
export class KeyWrites {
  /** Position of the last prediction's record in its journal, and the deployment epoch that made it. */
  sequence = -1;
  epoch = 0;
  /** Writes whose predictions may still come: that of the last prediction, and those after it. */
  private writes: Write[] = [];
  private count = 0;
  private acknowledged = -1;
  private scored = -1;

  written(row: number, fingerprint: bigint): void {
    this.writes.push({ index: this.count++, row, fingerprint });
  }

  acknowledge(fingerprint: bigint): void {
    const index = this.writes.find((write) => write.fingerprint === fingerprint)?.index ?? -1;
    this.acknowledged = Math.max(this.acknowledged, index);
  }

  /** @returns the row that was written; undefined: nothing that a prediction may be of now */
  scoredRow(fingerprint: bigint): number | undefined {
    const at = this.writes.findIndex((write) => write.fingerprint === fingerprint);
    const write = this.writes[at];
    if (!write) return undefined;
    this.scored = write.index;
    if (at > 0) this.writes = this.writes.slice(at);
    return write.row;
  }

  /** An acknowledged write, or a later one, has no prediction yet. */
  get isUnscored(): boolean {
    return this.acknowledged > this.scored;
  }
}
