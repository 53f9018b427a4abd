import { createHash } from 'node:crypto';
import { type PartitionAccess } from '@nearscore/grid';
import { type EventPosition } from './event-id.codec';

/** What an id tells of the grid. */
export type GridStamp = Pick<EventPosition, 'cluster' | 'owners'>;

export type StampedGrid = Pick<PartitionAccess, 'ownersByPartition'> & {
  readonly wire: Pick<PartitionAccess['wire'], 'clusterId'>;
};

/** While nothing is connected to, the grid's id is not known and counts as empty. */
export function stampOf({ wire, ownersByPartition }: StampedGrid): GridStamp {
  return { cluster: clusterHash(wire.clusterId), owners: ownersHash(ownersByPartition) };
}

export function clusterHash(clusterId: string | undefined): number {
  return hashOf(clusterId ?? '');
}

/** Owners are told as a new array when one changed: ids are made far more often. */
let latest: { readonly owners: readonly (string | undefined)[]; readonly hash: number } | undefined;

export function ownersHash(owners: readonly (string | undefined)[]): number {
  if (latest?.owners !== owners) latest = { owners, hash: hashOf(owners.join()) };
  return latest.hash;
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
