/** How a lane holds partitions. Times in ms of a monotonic clock: clocks of different hosts are never compared. */
export interface LeaseTerms {
  /** Names this lane and this life of it: never used again by another. */
  readonly holder: string;
  /** How long this lane may write after a renewal was sent. */
  readonly leaseMs: number;
  /** Longest time between a stored prediction and the checkpoint that covers it. */
  readonly checkpointIntervalMs: number;
}

const LEAST_MARGIN_MS = 100;

/**
 * By so much a holder stops earlier than the lease says, while a contender waits it out: room for a write that is on its
 * way, and for clocks of unlike speed.
 */
export function marginOf(leaseMs: number): number {
  return Math.max(LEAST_MARGIN_MS, leaseMs / 8);
}

/** A holder renews so often: one renewal may fail, and be tried again, before the lease is over. */
export function renewalIntervalOf(leaseMs: number): number {
  return leaseMs / 3;
}

/** A contender looks so often. */
export function watchIntervalOf(leaseMs: number): number {
  return Math.min(200, leaseMs / 8);
}
