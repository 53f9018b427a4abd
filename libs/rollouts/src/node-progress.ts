import { type NodeEntry, type Rollout } from '@nearscore/registry';

/** A node as it is seen from outside. */
export interface RolloutNode {
  readonly entry: NodeEntry;
  /** Whether it still beats. */
  readonly living: boolean;
}

export type NodeProgress = Rollout['nodes'][number];

/** What a node says of the rollout, as far as it was asked. */
export function preparationOf({ entry }: RolloutNode, { id }: Pick<Rollout, 'id'>) {
  return entry.rollouts?.find((asked) => asked.id === id);
}

/** Those that live and serve. Only their preparation counts: one that dies or starts meanwhile holds nothing up, and loads what is deployed by itself. */
export function servingNodes<Node extends RolloutNode>(nodes: readonly Node[]): Node[] {
  return nodes.filter(({ living, entry }) => living && entry.serving);
}

/** The epoch by which a node scores a stream; 0: none. */
export function appliedEpoch({ entry }: RolloutNode, stream: string): number {
  return entry.streams.find((one) => one.stream === stream)?.epoch ?? 0;
}

/**
 * Whether a node scores by the rollout's epoch and nothing older. One that does not serve, has no epoch applied and no
 * lease left scores nothing of the stream; one that is silent may wake up and score by what it knew, until others hold the
 * leases that it had.
 *
 * @param areLeasesHeld whether living nodes hold the leases of all partitions
 */
export function isSettled(node: RolloutNode, { stream, epoch }: Rollout, areLeasesHeld: boolean): boolean {
  const { living, entry } = node;
  if (!living && areLeasesHeld) return true;
  const applied = appliedEpoch(node, stream);
  return applied === epoch || (applied === 0 && !entry.serving && entry.leases.held === 0);
}

/** How far each node is, by its id; those that are no more there are GONE. */
export function nodeProgress(rollout: Rollout, nodes: readonly RolloutNode[]): NodeProgress[] {
  const present = new Map(nodes.map((node) => [node.entry.id, progressOf(rollout, node)]));
  const known = rollout.nodes.map(({ node }) => present.get(node) ?? { node, state: 'GONE' as const, reason: null });
  const all = new Map([...known, ...present.values()].map((progress) => [progress.node, progress]));
  return [...all.values()].sort((a, b) => (a.node < b.node ? -1 : 1));
}

function progressOf(rollout: Rollout, node: RolloutNode): NodeProgress {
  const { id } = node.entry;
  if (!node.living) return { node: id, state: 'GONE', reason: null };
  const asked = preparationOf(node, rollout);
  if (asked?.state === 'failed') return { node: id, state: 'FAILED', reason: asked.reason };
  return { node: id, state: stateOf(rollout, node, asked?.state === 'prepared'), reason: null };
}

function stateOf(rollout: Rollout, node: RolloutNode, isPrepared: boolean): NodeProgress['state'] {
  if (rollout.state === 'preparing' || (rollout.state === 'committing' && rollout.step === 0)) {
    return isPrepared ? 'PREPARED' : 'PREPARING';
  }
  return appliedEpoch(node, rollout.stream) === rollout.epoch ? 'SETTLED' : 'COMMITTED';
}
