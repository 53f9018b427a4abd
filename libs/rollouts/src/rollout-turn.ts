import { type DeploymentStore, type Rollout, type RolloutStore, rolloutUnderWay } from '@nearscore/registry';
import { advance, type Situation } from './advance';
import { type RolloutNode } from './node-progress';

/** What a turn reads and writes. */
export interface RolloutPorts extends Pick<Situation, 'timeoutMs' | 'durationOfBucket'> {
  readonly rollouts: Pick<RolloutStore, 'get' | 'change'>;
  readonly deployments: Pick<DeploymentStore, 'get' | 'change'>;
  /** All nodes, as they are now. */
  nodes(): Promise<readonly RolloutNode[]>;
  /** Whether the living ones of these hold the leases of all partitions. */
  areLeasesHeld(nodes: readonly RolloutNode[]): boolean;
  /** Epoch ms. */
  now(): number;
}

export interface Turn {
  /** The stream's rollout after the turn; undefined: none is under way. */
  readonly rollout: Rollout | undefined;
  /** Whether something was written, or somebody else has: another turn may be due at once. */
  readonly moved: boolean;
  /** Whether what moved is what this turn wrote. */
  readonly isOwn: boolean;
}

/**
 * Takes the next step of a stream's rollout, if one is due. Rejects when the grid does not answer, or when the outcome of a
 * write is unknown; the next turn sees what is there.
 */
export async function takeTurn(stream: string, ports: RolloutPorts): Promise<Turn> {
  const entry = await ports.rollouts.get(stream);
  const rollout = rolloutUnderWay(entry);
  if (!rollout) return { rollout: undefined, moved: false, isOwn: false };
  // In this order: a deployment that was read before the rollout may be older than what the rollout says of it.
  const deployment = await ports.deployments.get(stream);
  const nodes = await ports.nodes();
  const { timeoutMs, durationOfBucket } = ports;
  const areLeasesHeld = ports.areLeasesHeld(nodes);
  const situation = { rollout, deployment, nodes, areLeasesHeld, now: ports.now(), timeoutMs, durationOfBucket };
  const move = advance(situation);
  if (move.write === 'nothing') return { rollout, moved: false, isOwn: false };
  if (move.write === 'deployment') {
    const written = await ports.deployments.change(deployment, move.deployment);
    return { rollout, moved: true, isOwn: written !== undefined };
  }
  const changed = await ports.rollouts.change(entry, move.rollout);
  return { rollout: changed ? move.rollout : rollout, moved: true, isOwn: changed !== undefined };
}
