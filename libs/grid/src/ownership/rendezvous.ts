/**
 * The candidates in the order of their claim to a partition (rendezvous hashing): the same for everyone who asks, and
 * unchanged among the others when one comes or goes.
 */
export function byClaim<T extends { readonly id: string }>(partition: number, candidates: readonly T[]): T[] {
  const claims = candidates.map((candidate) => ({ candidate, claim: claimOf(partition, candidate.id) }));
  claims.sort((a, b) => b.claim - a.claim || (a.candidate.id < b.candidate.id ? -1 : 1));
  return claims.map(({ candidate }) => candidate);
}

/** FNV-1a over the id, mixed with the partition by murmur's finalizer: near ids and partitions give unlike claims. */
function claimOf(partition: number, id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(partition + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
