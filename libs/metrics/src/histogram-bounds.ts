/** Stages of a batch in a lane, in their order. */
export const STAGES = ['read', 'decode', 'run', 'encode', 'write'] as const;
export type Stage = (typeof STAGES)[number];

/** ms: a batch of a small model takes tens of microseconds, a stuck one seconds. */
export const STAGE_BOUNDS_MS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000, 30_000] as const;

/** records */
export const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096] as const;

export const REQUEST_BOUNDS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;
