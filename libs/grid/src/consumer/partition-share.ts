import { byClaim } from '../ownership/rendezvous';

/**
 * Which consumer of a group reads which partition (rendezvous hashing). Every consumer computes it for itself, so it depends on
 * nothing but who lives; a consumer that comes or goes moves only partitions that it gets or had.
 *
 * @param consumers ids, in any order
 * @returns consumer id by partition; undefined where there is none
 */
export function sharePartitions(consumers: Iterable<string>, partitionCount: number): readonly (string | undefined)[] {
  const candidates = Array.from(consumers, (id) => ({ id }));
  return Array.from({ length: partitionCount }, (_, partition) => byClaim(partition, candidates)[0]?.id);
}

/** The partitions that one consumer reads, ascending. */
export function shareOf(consumer: string, consumers: Iterable<string>, partitionCount: number): number[] {
  const shares = sharePartitions(consumers, partitionCount);
  return [...shares.keys()].filter((partition) => shares[partition] === consumer);
}
