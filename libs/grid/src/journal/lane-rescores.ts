import { type FollowerClock } from './follower-clock';
import { type PartitionFollower } from './partition-follower';

/** A lane that has let an event wait for longer does nothing else than its events. */
export const MOST_LAG_MS = 250;
const LOOK_MS = 250;

export interface LaneRescoresPorts {
  readonly clock: FollowerClock;
  /** All that the lane follows, by key. */
  readonly followers: ReadonlyMap<string, PartitionFollower>;
  /** The lane's batches are full, or partitions are scored from their maps. */
  readonly isBusy: () => boolean;
  readonly flush: () => void;
}

/**
 * Has predictions of older epochs made again behind a lane's work: one page of one partition at a time, then a rest for as
 * long as the page took; none while events wait. Where it stands need not be kept: whoever follows a partition next begins it anew,
 * and finds in the predictions what is left.
 */
export class LaneRescores {
  private isStopped = false;
  private cancel: (() => void) | undefined;

  constructor(private readonly ports: LaneRescoresPorts) {}

  /** There may be something to do. */
  soon(): void {
    if (!this.cancel) this.later(0);
  }

  stop(): void {
    this.isStopped = true;
    this.cancel?.();
  }

  private later(ms: number): void {
    if (this.isStopped) return;
    this.cancel = this.ports.clock.after(ms, () => {
      this.turn();
      this.ports.flush();
    });
  }

  private turn(): void {
    const { clock } = this.ports;
    const begunAt = clock.now();
    const rest = (): void => this.later(clock.now() - begunAt);
    if (!this.isWanted()) this.cancel = undefined;
    else if (this.isBehind(begunAt) || !this.beginPage(rest)) this.later(LOOK_MS);
  }

  /** The first partition that is not done, as long as it can: so the others are done, or untouched. */
  private beginPage(done: () => void): boolean {
    for (const follower of this.ports.followers.values()) if (follower.rescorePage(done)) return true;
    return false;
  }

  private isWanted(): boolean {
    for (const { rescore } of this.ports.followers.values()) if (rescore.isWanted) return true;
    return false;
  }

  private isBehind(now: number): boolean {
    if (this.ports.isBusy()) return true;
    for (const { backlog, isReading } of this.ports.followers.values()) {
      if (isReading && backlog.ageMs(now) > MOST_LAG_MS) return true;
    }
    return false;
  }
}
