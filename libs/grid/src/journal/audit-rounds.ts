import { type FollowerClock } from './follower-clock';

/** Anything that can be audited, under a key of its own. */
export interface AuditTarget {
  readonly key: string;
  /** Looks it through; `done` is called later, exactly once. Returns false when it cannot be done now. */
  readonly begin: (done: () => void) => boolean;
}

const RETRY_MS = 1_000;

/** Audits a lane's partitions one after the other, spread over the interval; those under suspicion first. */
export class AuditRounds {
  private readonly urgent = new Set<string>();
  private order: string[] = [];
  private underWay = false;
  private cancel: () => void = () => undefined;

  /** @param intervalMs within which each target is looked through once; 0: only those under suspicion are */
  constructor(
    private readonly clock: FollowerClock,
    private readonly intervalMs: number,
    private readonly targets: () => ReadonlyMap<string, AuditTarget>,
  ) {
    this.schedule();
  }

  /** As soon as nothing else is under way. */
  soon(keys: Iterable<string>): void {
    for (const key of keys) this.urgent.add(key);
    if (!this.underWay) this.schedule();
  }

  stop(): void {
    this.cancel();
    this.underWay = true;
  }

  private schedule(): void {
    this.cancel();
    if (this.urgent.size > 0) this.cancel = this.clock.after(0, () => this.turn());
    else if (this.intervalMs > 0) {
      const pauseMs = this.intervalMs / Math.max(1, this.targets().size);
      this.cancel = this.clock.after(pauseMs, () => this.turn());
    }
  }

  private turn(): void {
    const targets = this.targets();
    for (const key of this.urgent) if (!targets.has(key)) this.urgent.delete(key);
    const target = targets.get(this.next(targets));
    this.underWay = target?.begin(() => this.ended(target.key)) ?? false;
    if (this.underWay) return;
    if (this.urgent.size > 0) this.cancel = this.clock.after(RETRY_MS, () => this.turn());
    else this.schedule();
  }

  private next(targets: ReadonlyMap<string, AuditTarget>): string {
    for (const key of this.urgent) return key;
    this.order = this.order.filter((key) => targets.has(key));
    if (this.order.length === 0) this.order = [...targets.keys()];
    return this.order.shift() ?? '';
  }

  private ended(key: string): void {
    this.underWay = false;
    this.urgent.delete(key);
    this.schedule();
  }
}
