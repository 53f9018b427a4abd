export type WriteOutcome = 'open' | 'acknowledged' | 'failed' | 'unknown';

/** A put or a removal that a client asked for. */
export interface Write {
  readonly id: number;
  readonly stream: number;
  readonly partition: number;
  readonly key: string;
  /** null: a removal */
  readonly value: string | null;
  outcome: WriteOutcome;
  /** Its place in the order in which primaries did writes; -1: not done (yet). */
  applied: number;
  /** True time at which it was; -1: not (yet). */
  appliedAt: number;
  /** The sequence of its event; -1: none (yet). */
  sequence: number;
  /** Done by a primary that died before its backup knew, or gone with its map. */
  lost: boolean;
}

const UNSCORABLE = 'bad';

/** Every write of a run. */
export class WriteHistory {
  readonly all: Write[] = [];
  private applications = 0;

  add(stream: number, partition: number, key: string, kind: 'put' | 'put-unscorable' | 'remove'): Write {
    const id = this.all.length;
    const value = kind === 'remove' ? null : `${kind === 'put' ? 'v' : UNSCORABLE}${id}`;
    const write: Write = {
      id,
      stream,
      partition,
      key,
      value,
      outcome: 'open',
      applied: -1,
      appliedAt: -1,
      sequence: -1,
      lost: false,
    };
    this.all.push(write);
    return write;
  }

  markApplied(write: Write, sequence: number, now: number): void {
    write.applied = this.applications++;
    write.appliedAt = now;
    write.sequence = sequence;
  }

  /** The write that made this value; every put has a value of its own. */
  byValue(value: string): Write | undefined {
    const write = this.all[Number(value.replace(/^\D+/, ''))];
    return write?.value === value ? write : undefined;
  }

  count(outcome: WriteOutcome): number {
    return this.all.reduce((count, write) => count + (write.outcome === outcome ? 1 : 0), 0);
  }
}

export function isScorable(value: string): boolean {
  return !value.startsWith(UNSCORABLE);
}
