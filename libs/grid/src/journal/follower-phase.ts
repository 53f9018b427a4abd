/** What a follower does now. */
export type Phase =
  | 'new'
  | 'subscribing'
  | 'polling'
  | 'looking-up'
  | 'collected'
  | 'storing'
  | 'backing-off'
  | 'awaiting-scan'
  | 'scanning'
  | 'closed';

/** The phases of reading on, in which nothing else asks what the journal holds. */
export const READING: ReadonlySet<Phase> = new Set(['polling', 'looking-up', 'collected', 'storing']);

/** The phases in which rows are in the lane's batch, or their predictions on the way to the grid. */
export const IN_FLIGHT: ReadonlySet<Phase> = new Set(['collected', 'storing']);

/** The phase in which the answer to an operation is awaited. */
export const WAITING_FOR = {
  subscribe: 'subscribing',
  read: 'polling',
  scan: 'scanning',
  'look-up': 'looking-up',
} as const;
