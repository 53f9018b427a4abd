import { isEnded, type Rollout } from '@nearscore/registry';
import { planOf } from './rollout-plan';
import { RolloutStateError } from './rollouts.errors';

export type Reason = NonNullable<Rollout['reason']>;

/** The rollout in another state or step. @param now epoch ms; a clock that is behind takes no time back */
export function changed(rollout: Rollout, now: number, change: Partial<Rollout>): Rollout {
  const changedAt = Math.max(now, rollout.changedAt);
  const next = { ...rollout, ...change, changedAt };
  return { ...next, endedAt: isEnded(next) ? changedAt : null };
}

export function aborted(rollout: Rollout, now: number, reason: Reason): Rollout {
  return changed(rollout, now, { state: 'aborted', reason });
}

export function rollingBack(rollout: Rollout, now: number, reason: Reason): Rollout {
  return changed(rollout, now, { state: 'rolling-back', reason });
}

export type NewRollout = Omit<
  Rollout,
  'id' | 'state' | 'step' | 'nodes' | 'figures' | 'reason' | 'startedAt' | 'changedAt' | 'endedAt'
>;

/** @param now epoch ms */
export function beginRollout(rollout: NewRollout, now: number): Rollout {
  return {
    ...rollout,
    id: `${rollout.stream}.${rollout.number}`,
    ...{ state: 'preparing', step: 0, nodes: [], figures: null, reason: null },
    ...{ startedAt: now, changedAt: now, endedAt: null },
  };
}

/**
 * The rollout as somebody wants it to end: before it is committed it is aborted, afterwards it is rolled back. One that is
 * rolling back already stays as it is. RolloutStateError when it has ended, or is committing a stream's first deployment.
 */
export function cancelled(rollout: Rollout, now: number): Rollout {
  const reason = { code: 'CANCELLED', message: 'It was cancelled.' };
  if (isEnded(rollout)) throw new RolloutStateError(rollout, 'It has ended.');
  if (rollout.state === 'rolling-back') return rollout;
  if (rollout.state === 'preparing') return aborted(rollout, now, reason);
  if (rollout.from !== null) return rollingBack(rollout, now, reason);
  if (rollout.state === 'committing') {
    throw new RolloutStateError(
      rollout,
      "The stream's first deployment is being made: there is nothing to go back to.",
    );
  }
  const message = 'It was cancelled. What it deployed stays: there is nothing to go back to.';
  return aborted(rollout, now, { code: 'CANCELLED', message });
}

/** Goes live with the next step, whatever guards and hold times say. RolloutStateError unless a step is being held. */
export function promoted(rollout: Rollout, now: number): Rollout {
  if (rollout.state !== 'holding') throw new RolloutStateError(rollout, 'Only a step that is held can be promoted.');
  return changed(rollout, now, { state: 'committing', step: planOf(rollout.strategy).length - 1 });
}
