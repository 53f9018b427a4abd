import { type JournalRange } from '@nearscore/grid';
import { type GridStamp } from './grid-stamp';
import { REPLAY_EVENTS } from './journal-readings';
import { type ListenRequest } from './listen-request';

export type FeedResetReason = 'overflow' | 'restarted' | 'partitions-changed';

/** Events of these partitions cannot be told of any more; they go on with the oldest ones that there are. */
export interface FeedReset {
  readonly reason: FeedResetReason;
  readonly partitions: readonly number[];
}

export interface StartPositions {
  /** By partition: the sequence of the first event to tell of. */
  readonly positions: readonly number[];
  readonly resets: readonly FeedReset[];
}

/** Where a listener that does not begin with what comes from now on finds its first events. */
export function startPositions(
  start: Exclude<ListenRequest['start'], 'newest'>,
  stamp: GridStamp,
  ranges: readonly JournalRange[],
): StartPositions {
  const oldest = ranges.map((range) => range.oldest);
  if (start === 'oldest') return { positions: oldest, resets: [] };
  const reset = (reason: FeedResetReason) => [{ reason, partitions: [...ranges.keys()] }];
  if (start.positions.length !== ranges.length) return { positions: oldest, resets: reset('partitions-changed') };
  if (start.cluster !== stamp.cluster) return { positions: oldest, resets: reset('restarted') };
  const places = ranges.map((range, partition) =>
    placeIn(range, start.positions[partition] ?? 0, start.owners !== stamp.owners),
  );
  return {
    positions: places.map(({ next }) => next),
    resets: (['overflow', 'restarted'] as const)
      .map((reason) => ({ reason, partitions: [...ranges.keys()].filter((at) => places[at]?.reason === reason) }))
      .filter(({ partitions }) => partitions.length > 0),
  };
}

function placeIn(
  { oldest, newest }: JournalRange,
  next: number,
  ownersChanged: boolean,
): { next: number; reason?: FeedResetReason } {
  const replayed = ownersChanged ? REPLAY_EVENTS : 0;
  if (next < oldest) return { next: oldest, reason: 'overflow' };
  if (next > newest + 1 + replayed) return { next: oldest, reason: 'restarted' };
  return { next: Math.max(oldest, Math.min(next, newest + 1) - replayed) };
}
