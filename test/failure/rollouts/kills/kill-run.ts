import { type RolloutState } from '@nearscore/registry';
import { type RolloutStage } from '../stage/rollout-stage';
import { type Phase } from './phases';
import { type Victim } from './victims';

export interface Survival {
  readonly phase: RolloutState;
  readonly victims: string;
  readonly end: RolloutState;
  /** From the kill, or from when the phase was let go. */
  readonly endedMs: number;
}

/**
 * A rollout to another version than is live, these victims killed in this phase of it, and a look at everything. Throws with
 * what does not hold: the rollout ended as it may, what is deployed is what it says, nodes agree, and what `verify` looks at.
 */
export async function survive(stage: RolloutStage, phase: Phase, victims: readonly Victim[]): Promise<Survival> {
  const from = await stage.deployments.deployment();
  const { id, release } = await phase.enter(stage, await nextVersion(stage));
  await Promise.all(victims.map(({ kill }) => kill(stage.cluster)));
  const atKill = (await stage.deployments.rollout(id))?.state;
  const killedAt = stage.history.now();
  await release();
  const restored = () => Promise.all(victims.map(({ restore }) => restore(stage.cluster)));
  const ended = await stage.ended(id).finally(restored);
  const endedMs = Math.round(ended.changedAt - (Date.now() - (stage.history.now() - killedAt)));
  need(atKill === phase.state, `the kill came when it was ${atKill}`);
  need(phase.ends.includes(ended.state), `it ended ${ended.state}`);
  const now = await stage.deployments.deployment();
  const wanted = ended.state === 'completed' ? ended.to : from;
  need(now.version === wanted.version && now.sha256 === wanted.sha256, `version ${now.version} is deployed`);
  await stage.verify();
  return { phase: phase.state, victims: victims.map(({ name }) => name).join(', '), end: ended.state, endedMs };
}

/** Another than is deployed. */
export async function nextVersion(stage: RolloutStage): Promise<number> {
  return 1 + ((await stage.deployments.deployment()).version % 3);
}

function need(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
