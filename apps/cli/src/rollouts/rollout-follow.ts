import { followRollout } from '../gateway/rollouts.api';
import { isEnded, type RolloutView } from '../gateway/rollout-view';
import { type Session } from '../program/session';
import { outcomeLines, progressBlock, progressLine } from './rollout-lines';

/** Whether the watching is over, though the rollout may not be. */
export type FollowEnd = (view: RolloutView) => boolean;

/**
 * Shows a rollout as it goes: a block that redraws itself on a terminal, a line for each change when piped, or a line of JSON.
 * Resolves with how it stood when it ended, or when `isOver` said so.
 */
export async function follow(session: Session, id: string, isOver: FollowEnd = isEnded): Promise<RolloutView> {
  const { client, out, notes, signal } = session;
  const redraws = out.isTTY && notes.isTTY && out.format === 'text';
  const show = redraws ? (view: RolloutView) => notes.block(progressBlock(view)) : lineForEachChange(out);
  try {
    const options = { signal, onLost: (error: Error) => notes.line(`not connected: ${error.message}`) };
    for await (const view of followRollout(client, id, options)) {
      show(view);
      if (!isEnded(view) && !isOver(view)) continue;
      notes.clear();
      if (out.format === 'text') for (const line of outcomeLines(view)) out.line(line);
      return view;
    }
  } finally {
    notes.clear();
    if (signal.aborted) notes.line(`The rollout goes on: nearscore rollout watch ${id}`);
  }
  throw new Error('A rollout that is followed has an end.');
}

/** A change that shows nothing new is none. */
function lineForEachChange(out: Session['out']): (view: RolloutView) => void {
  let last = '';
  return (view) => {
    const line = out.format === 'json' ? JSON.stringify(view) : progressLine(view);
    if (line !== last) out.line(line);
    last = line;
  };
}
