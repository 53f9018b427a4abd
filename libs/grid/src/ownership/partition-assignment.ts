import { byClaim } from './rendezvous';

export interface LiveNode {
  readonly id: string;
  /** The member beside which it runs; null = beside none. */
  readonly memberUuid: string | null;
}

/**
 * Which node scores which partition. Every node computes it for itself, so it depends on nothing but its arguments, not
 * even on their order.
 *
 * - A partition goes to a node beside its owner; several nodes there share by rendezvous hashing, so a node that comes or
 *   goes moves only partitions that it gets or had.
 * - Partitions of a member without a node go to the others: by rendezvous too, but past a node that already has an even
 *   share of all partitions.
 * - A partition without an owner goes to nobody.
 *
 * @param owners member uuid by partition
 * @returns node id by partition
 */
export function assignAll(
  owners: readonly (string | undefined)[],
  nodes: readonly LiveNode[],
): readonly (string | undefined)[] {
  const assigned = owners.map((owner, partition) => nodeBeside(owner, partition, nodes));
  if (nodes.length > 0) assignOrphans(owners, nodes, assigned);
  return assigned;
}

/** The partitions that one node serves, ascending. */
export function assignPartitions(
  owners: readonly (string | undefined)[],
  nodes: readonly LiveNode[],
  nodeId: string,
): number[] {
  const assigned = assignAll(owners, nodes);
  return owners.map((_, partition) => partition).filter((partition) => assigned[partition] === nodeId);
}

function nodeBeside(owner: string | undefined, partition: number, nodes: readonly LiveNode[]): string | undefined {
  if (owner === undefined) return undefined;
  const beside = nodes.filter(({ memberUuid }) => memberUuid === owner);
  return byClaim(partition, beside)[0]?.id;
}

/** An orphan is a partition whose owner has no node. */
function assignOrphans(
  owners: readonly (string | undefined)[],
  nodes: readonly LiveNode[],
  assigned: (string | undefined)[],
): void {
  const loads = loadsOf(nodes, assigned);
  const evenShare = Math.ceil(owners.filter((owner) => owner !== undefined).length / nodes.length);
  owners.forEach((owner, partition) => {
    if (owner === undefined || assigned[partition] !== undefined) return;
    const free = nodes.filter(({ id }) => (loads.get(id) ?? 0) < evenShare);
    const chosen = byClaim(partition, free)[0]?.id;
    assigned[partition] = chosen;
    if (chosen !== undefined) loads.set(chosen, (loads.get(chosen) ?? 0) + 1);
  });
}

function loadsOf(nodes: readonly LiveNode[], assigned: readonly (string | undefined)[]): Map<string, number> {
  const loads = new Map(nodes.map(({ id }) => [id, 0]));
  for (const id of assigned) if (id !== undefined) loads.set(id, (loads.get(id) ?? 0) + 1);
  return loads;
}
