import {
  type Deployment,
  featureMapOf,
  predictionMapOf,
  type Rollout,
  type VersionReference,
} from '@nearscore/registry';
import { stepOf } from './rollout-plan';

/** `rollout.step` of a deployment that restores what was live when its rollout began. */
export const RESTORED_STEP = -1;

/** The deployment of a rollout's step, in place of `current`, undefined: the stream's first. */
export function deploymentOfStep(rollout: Rollout, current: Deployment | undefined): Deployment {
  const { id, step, to } = rollout;
  const planned = stepOf(rollout);
  if (planned.kind === 'live' || current === undefined) return liveDeployment(rollout, current);
  const percent = planned.kind === 'shadow' ? 100 : planned.percent;
  const candidate = { ...to, mode: planned.kind, percent, salt: id };
  return { ...current, epoch: current.epoch + 1, candidate, rollout: { id, step } };
}

/** `from` alone again, as an epoch of its own: whoever still would commit the step has an entry to compare with that is gone. */
export function restoredDeployment(rollout: Rollout, from: VersionReference, current: Deployment): Deployment {
  const { id, rescore } = rollout;
  const epoch = current.epoch + 1;
  const wasLive = current.model === rollout.to.model && current.version === rollout.to.version;
  return {
    ...current,
    ...from,
    ...{ epoch, candidate: null, previous: rollout.previous ?? null, rollout: { id, step: RESTORED_STEP } },
    // What the version has begun to make again is not left half done.
    rescoreBefore: rescore && wasLive ? epoch : (current.rescoreBefore ?? null),
  };
}

function liveDeployment(rollout: Rollout, current: Deployment | undefined): Deployment {
  const { id, step, stream, from, to, rescore } = rollout;
  const epoch = (current?.epoch ?? 0) + 1;
  const isOther = from !== null && (from.model !== to.model || from.version !== to.version);
  return {
    ...{ stream, featureMap: featureMapOf(stream), predictionMap: predictionMapOf(stream), updatedAt: 0 },
    ...current,
    ...to,
    ...{ epoch, candidate: null, rollout: { id, step } },
    previous: isOther ? from : (current?.previous ?? null),
    rescoreBefore: rescore ? epoch : (current?.rescoreBefore ?? null),
  };
}
