import { isEnded, type Rollout } from '@nearscore/registry';
import { planOf, stepOf } from './rollout-plan';

/**
 * How much of a rollout is done, 0 to 100: preparing is one part, and each step of the strategy one, half of it until nodes
 * have applied it. @param now epoch ms
 */
export function percentOf(rollout: Rollout, now: number): number {
  if (isEnded(rollout)) return 100;
  const parts = 1 + planOf(rollout.strategy).length;
  return Math.floor((100 * Math.min(parts, partsDone(rollout, now))) / parts);
}

function partsDone(rollout: Rollout, now: number): number {
  const { state, step } = rollout;
  switch (state) {
    case 'preparing':
      return shareOf(rollout, 'PREPARED');
    case 'committing':
      return 1 + step;
    case 'settling':
      return 1 + step + shareOf(rollout, 'SETTLED') / 2;
    case 'holding':
      return 1.5 + step + heldShare(rollout, now) / 2;
    case 'rolling-back':
      return planOf(rollout.strategy).length + shareOf(rollout, 'SETTLED');
    default:
      return Infinity;
  }
}

function shareOf({ nodes }: Rollout, state: Rollout['nodes'][number]['state']): number {
  const counted = nodes.filter((node) => node.state !== 'GONE');
  return counted.length === 0 ? 0 : counted.filter((node) => node.state === state).length / counted.length;
}

function heldShare(rollout: Rollout, now: number): number {
  const step = stepOf(rollout);
  if (step.kind === 'live' || step.holdMs === null) return 0;
  const held = Math.max(0, now - rollout.changedAt);
  return step.holdMs === 0 ? 1 : Math.min(1, held / step.holdMs);
}
