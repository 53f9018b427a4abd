import { type FollowerClock } from './follower-clock';
import { type LeaseTerms, renewalIntervalOf } from './lease-terms';
import { type FollowerGrid } from './partition-channel';
import { type LeaseListener, PartitionLease } from './partition-lease';

/** What a lane holds, wants, and has lost since it began. */
export interface LeaseStatus {
  /** Partitions that this lane may score now. */
  readonly held: number;
  /** Partitions that it is to score and another still holds. */
  readonly waiting: number;
  /** Leases taken over from a lane that had not given them back. */
  readonly takeovers: number;
  /** Leases that another took while this lane wanted to keep them. */
  readonly lost: number;
  /** Batches of a partition that were not written because its lease was over, or nearly. */
  readonly fenced: number;
}

/** The leases of a lane's partitions. */
export class LeaseBook {
  written = 0;
  takeovers = 0;
  lost = 0;
  fenced = 0;
  private readonly leases = new Map<number, PartitionLease>();
  private readonly releasing = new Set<number>();
  /** To be taken as soon as they are given back. */
  private readonly wantedAgain = new Set<number>();
  private cancelTick: () => void;
  private idle: (() => void) | undefined;

  constructor(
    private readonly terms: LeaseTerms,
    private readonly grid: FollowerGrid,
    private readonly clock: FollowerClock,
    private readonly listener: LeaseListener,
  ) {
    this.cancelTick = this.scheduleTick();
  }

  /** Wants the partition from now on: `onTaken` tells when it is held. */
  acquire(partition: number): void {
    if (this.releasing.has(partition)) this.wantedAgain.add(partition);
    else if (!this.leases.has(partition)) this.open(partition);
  }

  /** The lease, while it is held. */
  heldLease(partition: number): PartitionLease | undefined {
    const lease = this.leases.get(partition);
    return lease?.isHeld && !this.releasing.has(partition) ? lease : undefined;
  }

  release(partition: number): void {
    this.wantedAgain.delete(partition);
    const lease = this.leases.get(partition);
    if (!lease || this.releasing.has(partition)) return;
    this.releasing.add(partition);
    lease.release(() => this.released(partition));
    this.grid.flush();
  }

  /** The partitions that are wanted, held or not. */
  wanted(): number[] {
    const open = [...this.leases.keys()].filter((partition) => !this.releasing.has(partition));
    return [...open, ...this.wantedAgain];
  }

  /** Resolves when all that was released is given back, or can be no more; nothing is renewed then. */
  async stop(): Promise<void> {
    if (this.leases.size > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    this.cancelTick();
  }

  status(now: number): LeaseStatus {
    let held = 0;
    for (const lease of this.leases.values()) if (lease.mayWrite(now)) held++;
    const { takeovers, lost, fenced } = this;
    return { held, waiting: this.wanted().length - held, takeovers, lost, fenced };
  }

  private open(partition: number): void {
    const { listener } = this;
    const lease = new PartitionLease(partition, this.terms, this.grid, this.clock, {
      onTaken: (taken, from) => {
        if (from !== null) this.takeovers++;
        listener.onTaken(taken, from);
      },
      onLost: (gone, to) => {
        this.lost++;
        listener.onLost(gone, to);
      },
      onSuspected: (suspected, suspicions) => listener.onSuspected(suspected, suspicions),
      onUnreadable: (which, error) => listener.onUnreadable(which, error),
      onWritten: () => this.written++,
    });
    this.leases.set(partition, lease);
    lease.contend();
  }

  private released(partition: number): void {
    this.leases.delete(partition);
    this.releasing.delete(partition);
    if (this.leases.size === 0) this.idle?.();
    if (this.wantedAgain.delete(partition)) {
      this.open(partition);
      this.grid.flush();
    }
  }

  private scheduleTick(): () => void {
    const intervalMs = Math.min(this.terms.checkpointIntervalMs, renewalIntervalOf(this.terms.leaseMs)) / 2;
    return this.clock.after(intervalMs, () => this.tick());
  }

  private tick(): void {
    const now = this.clock.now();
    for (const lease of this.leases.values()) lease.renew(now);
    this.grid.flush();
    this.cancelTick = this.scheduleTick();
  }
}
