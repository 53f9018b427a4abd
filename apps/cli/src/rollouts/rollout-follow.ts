import { followRollout } from '../gateway/rollouts.api';
import { isEnded, type RolloutView } from '../gateway/rollout-view';
import { type Session } from '../program/session';
import { outcomeLines, progressBlock, progressLine } from './rollout-lines';

/** Whether the watching is over, though the rollout may not be. */
export type FollowEnd = (view: RolloutView) => boolean;

interface FollowHow {
  /** As the gateway answered for it. */
  readonly begun?: RolloutView;
  /** Default: when it has ended. */
  readonly isOver?: FollowEnd;
}

/**
 * Shows a rollout as it goes: a block that redraws itself on a terminal, a line for each change when piped, or a line of JSON.
 * Resolves with how it stood when it ended, or when `isOver` said so.
 */
export async function follow(
  session: Session,
  id: string,
  { begun, isOver = isEnded }: FollowHow = {},
): Promise<RolloutView> {
  const { client, out, notes, signal } = session;
  const redraws = out.isTTY && notes.isTTY && out.format === 'text';
  const show = redraws ? (view: RolloutView) => notes.block(progressBlock(view)) : lineForEachChange(out);
  if (begun) show(begun);
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

/** Of text, only where a state or a step is another one: while a step is held, percents and figures change every second. */
function lineForEachChange(out: Session['out']): (view: RolloutView) => void {
  let last = '';
  return (view) => {
    const { state, step, nodes } = view;
    const change = out.format === 'json' ? JSON.stringify(view) : JSON.stringify({ state, step, nodes });
    if (change !== last) out.item(view, () => progressLine(view));
    last = change;
  };
}
