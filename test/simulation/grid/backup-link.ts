import { type World } from '../engine/world';
import { type Replica } from './replica';

interface Pending {
  readonly acknowledge: () => void;
  readonly fail: () => void;
}

/** The way of a partition's changes from its primary to its backup: in order, and acknowledged one by one. */
export class BackupLink {
  private lastArrival = 0;
  private appliesUntil = Infinity;
  private readonly pending = new Set<Pending>();

  constructor(
    private readonly world: World,
    private readonly backup: () => Replica | undefined,
    private readonly latencyMs: () => number,
  ) {}

  send(effect: (replica: Replica) => void, acknowledge: () => void, fail: () => void): void {
    const pending = { acknowledge, fail };
    this.pending.add(pending);
    this.lastArrival = Math.max(this.lastArrival, this.world.now + this.latencyMs());
    this.world.at(this.lastArrival, () => {
      const replica = this.backup();
      if (this.world.now > this.appliesUntil || !replica || !this.pending.has(pending)) return;
      effect(replica);
      this.world.after(this.latencyMs(), () => this.finish(pending, 'acknowledge'));
    });
  }

  /** The primary died: what is on its way arrives until then, the rest is gone. */
  cut(at: number): void {
    this.appliesUntil = at;
  }

  /** The backup is none any more. `fail`: it died with what was on its way; else the partition was copied with all of it. */
  close(outcome: 'acknowledge' | 'fail'): void {
    for (const pending of [...this.pending]) this.finish(pending, outcome);
    this.appliesUntil = -Infinity;
  }

  private finish(pending: Pending, outcome: 'acknowledge' | 'fail'): void {
    if (this.pending.delete(pending)) pending[outcome]();
  }
}
