/** Time as the followers see it, so that a simulation can own it. */
export interface FollowerClock {
  /** Monotonic milliseconds: for ages, delays and lengths. */
  now(): number;
  /** Epoch milliseconds: only for what is stored or shown. */
  epochMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: FollowerClock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
