/** Why a partition is scored again from its map instead of its journal. */
export type RescanReason = 'overflow' | 'reset' | 'unknown-start' | 'repair';

/** The partition must be scored again from its map. */
export interface RescanCheck {
  kind: 'rescan';
  reason: RescanReason;
}

export type PositionCheck = { kind: 'resume'; from: number } | RescanCheck;

/**
 * Compares a checkpoint with what the journal holds. The member itself never tells: a position that is too old is
 * silently moved to the oldest event, one past the tail waits for ever.
 *
 * @param position the next sequence to read, or undefined when nothing is known of this partition
 * @param oldest sequence of the oldest event in the journal; 0 when empty
 * @param newest sequence of the newest event; -1 when empty
 */
export function checkPosition(position: number | undefined, oldest: number, newest: number): PositionCheck {
  if (position === undefined) {
    // Sequences begin at 0: when the journal still holds that one, no event is missing.
    return oldest === 0 ? { kind: 'resume', from: 0 } : { kind: 'rescan', reason: 'unknown-start' };
  }
  if (position < oldest) return { kind: 'rescan', reason: 'overflow' };
  if (position > newest + 1) return { kind: 'rescan', reason: 'reset' };
  return { kind: 'resume', from: position };
}

/**
 * Compares what a reading gave with what was asked for.
 *
 * @returns undefined when it begins exactly where asked
 */
export function checkReading(asked: number, count: number, next: number): RescanCheck | undefined {
  const gap = next - count - asked;
  if (gap === 0) return undefined;
  return gap > 0 ? { kind: 'rescan', reason: 'overflow' } : { kind: 'rescan', reason: 'reset' };
}
