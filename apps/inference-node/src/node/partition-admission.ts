import { type LookCount } from '../models/look-count';

/**
 * When a node that serves may take partitions. Whoever changes a deployment waits for nodes that serve, by what they said, and not
 * for one that has yet to say so. What that one has loaded may be withdrawn by then: after it said so, it looks once more.
 */
export class PartitionAdmission {
  /** When the others were told that the node serves; undefined while they are not. */
  private saidAt: number | undefined;
  private admitted = false;

  constructor(
    private readonly looks: Pick<LookCount, 'mark' | 'hasLookedSince'>,
    private readonly lookSoon: () => void,
  ) {}

  /** The node's entry in the grid says whether it serves. */
  said(serving: boolean): void {
    if (!serving) {
      this.saidAt = undefined;
      this.admitted = false;
    } else if (this.saidAt === undefined) {
      this.saidAt = this.looks.mark();
      this.lookSoon();
    }
  }

  /** @param hasTried whether lanes have loaded, or could not, what the last look found; matters until it is admitted */
  isAdmitted(hasTried: boolean): boolean {
    this.admitted ||= this.saidAt !== undefined && hasTried && this.looks.hasLookedSince(this.saidAt);
    return this.admitted;
  }
}
