interface KeyShares {
  /** The smallest share of a candidate that this key belonged to. */
  candidateFrom: number;
  /** The largest share of a candidate that it did not belong to. */
  liveUpTo: number;
}

/** Whether keys stay with their version: in one step, in a larger share, through restarts. */
export class KeySplit {
  private readonly keys = new Map<string, KeyShares>();

  constructor(readonly salt: string) {}

  /** @returns false when the key was seen on the other side of the same, or of a fitting, share */
  isSticky(key: string, percent: number, byCandidate: boolean): boolean {
    let shares = this.keys.get(key);
    if (!shares) this.keys.set(key, (shares = { candidateFrom: Infinity, liveUpTo: -1 }));
    if (byCandidate) shares.candidateFrom = Math.min(shares.candidateFrom, percent);
    else shares.liveUpTo = Math.max(shares.liveUpTo, percent);
    return shares.liveUpTo < shares.candidateFrom;
  }

  /** Share of the keys seen under this percentage that went to the candidate, in percent. */
  shareAt(percent: number): { readonly keys: number; readonly percent: number } {
    const candidates = [...this.keys.values()].filter(({ candidateFrom }) => candidateFrom <= percent).length;
    return { keys: this.keys.size, percent: (100 * candidates) / this.keys.size };
  }
}
