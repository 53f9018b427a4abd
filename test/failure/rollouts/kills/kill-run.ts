import { type RolloutState } from '@nearscore/registry';
import { type Fault } from '../../faults/fault';
import { type RolloutStage } from '../stage/rollout-stage';
import { type Phase } from './phases';

export interface Survival {
  readonly phase: RolloutState;
  readonly faults: string;
  readonly end: RolloutState;
  /** From the fault, or from when the phase was let go. */
  readonly endedMs: number;
}

/**
 * A rollout to another version than is live, these faults in this phase of it, and a look at everything. Throws with
 * what does not hold: the rollout ended as it may, what is deployed is what it says, nodes agree, and what `verify` looks at.
 */
export async function survive(stage: RolloutStage, phase: Phase, faults: readonly Fault[]): Promise<Survival> {
  const from = await stage.deployments.deployment();
  const { id, release } = await phase.enter(stage, await nextVersion(stage));
  await Promise.all(faults.map((fault) => fault.inject()));
  const atFault = (await stage.deployments.rollout(id))?.state;
  const faultAt = stage.history.now();
  await release();
  const restored = () => Promise.all(faults.map((fault) => fault.restore()));
  const { ended, endedMs } = await stage
    .ended(id)
    .then((rollout) => ({ ended: rollout, endedMs: Math.round(stage.history.now() - faultAt) }))
    .finally(restored);
  need(atFault === phase.state, `it was ${atFault} by then`);
  need(phase.ends.includes(ended.state), `it ended ${ended.state}`);
  const now = await stage.deployments.deployment();
  const wanted = ended.state === 'completed' ? ended.to : from;
  need(now.version === wanted.version && now.sha256 === wanted.sha256, `version ${now.version} is deployed`);
  await stage.verify();
  return { phase: phase.state, faults: faults.map(({ name }) => name).join(', '), end: ended.state, endedMs };
}

/** Another than is deployed. */
export async function nextVersion(stage: RolloutStage): Promise<number> {
  return 1 + ((await stage.deployments.deployment()).version % 3);
}

function need(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
