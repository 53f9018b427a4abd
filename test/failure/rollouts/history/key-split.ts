interface KeyShares {
  /** The smallest share of a candidate that this key belonged to. */
  candidateFrom: number;
  /** The largest share of a candidate that it did not belong to. */
  liveUpTo: number;
}

interface SeenKeys {
  readonly all: Set<string>;
  readonly ofCandidate: Set<string>;
}

export interface SeenShare {
  readonly keys: number;
  /** The candidate's of these. */
  readonly percent: number;
}

/** Whether keys stay with their version: in one step, in a larger share, through restarts. */
export class KeySplit {
  private readonly keys = new Map<string, KeyShares>();
  private readonly steps = new Map<number, SeenKeys>();

  constructor(readonly salt: string) {}

  /** @returns false when the key was seen on the other side of the same, or of a fitting, share */
  isSticky(key: string, percent: number, byCandidate: boolean): boolean {
    this.count(key, percent, byCandidate);
    let shares = this.keys.get(key);
    if (!shares) this.keys.set(key, (shares = { candidateFrom: Infinity, liveUpTo: -1 }));
    if (byCandidate) shares.candidateFrom = Math.min(shares.candidateFrom, percent);
    else shares.liveUpTo = Math.max(shares.liveUpTo, percent);
    return shares.liveUpTo < shares.candidateFrom;
  }

  /** Of the keys seen in the step with this percentage. */
  shareAt(percent: number): SeenShare {
    const seen = this.steps.get(percent);
    const keys = seen?.all.size ?? 0;
    return { keys, percent: (100 * (seen?.ofCandidate.size ?? 0)) / keys };
  }

  private count(key: string, percent: number, byCandidate: boolean): void {
    let seen = this.steps.get(percent);
    if (!seen) this.steps.set(percent, (seen = { all: new Set(), ofCandidate: new Set() }));
    seen.all.add(key);
    if (byCandidate) seen.ofCandidate.add(key);
  }
}
