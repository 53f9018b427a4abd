/** How a lane holds partitions. Times in ms of a monotonic clock: clocks of different hosts are never compared. */
export interface LeaseTerms {
  /** Names this lane and this life of it: never used again by another. */
  readonly holder: string;
  /** How long this lane may write after a renewal was sent. */
  readonly leaseMs: number;
  /** Between a stored prediction and the checkpoint that covers it, if that is `checkpointEvents` behind. */
  readonly checkpointIntervalMs: number;
  /**
   * A checkpoint that is fewer events behind waits for the next renewal (default 1: none does). With many partitions each
   * moves little, and the writes would cost more than reading so few events once more after a crash.
   */
  readonly checkpointEvents?: number;
}

const LEAST_MARGIN_MS = 100;

/**
 * By so much a holder stops earlier than the lease says, while a contender waits it out: room for a write that is on its
 * way, and for clocks of unlike speed.
 */
export function marginOf(leaseMs: number): number {
  return Math.max(LEAST_MARGIN_MS, leaseMs / 8);
}

/**
 * A holder renews so often: one renewal may fail, and be tried again, before the lease is over. Not more often: renewals are
 * most of what the partitions of an idle node cost.
 */
export function renewalIntervalOf(leaseMs: number): number {
  return leaseMs / 2;
}

/** A contender looks so often. */
export function watchIntervalOf(leaseMs: number): number {
  return Math.min(200, leaseMs / 8);
}
