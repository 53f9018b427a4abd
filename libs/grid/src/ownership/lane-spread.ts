/**
 * Which lane of a node scores which partition. A partition keeps the lane it once had for as long as the node lives, also
 * when it goes and comes back: two lanes of a node never handle one partition in turn, so neither can overtake the other.
 * New partitions go to the lane with the fewest.
 *
 * @param before lane by partition, of all partitions the node ever had
 * @returns lane by partition: `before` and the new ones
 */
export function spreadOverLanes(
  partitions: readonly number[],
  lanes: number,
  before: ReadonlyMap<number, number> = new Map(),
): ReadonlyMap<number, number> {
  const spread = new Map(before);
  const loads = new Array<number>(lanes).fill(0);
  for (const partition of partitions) {
    const lane = before.get(partition);
    if (lane !== undefined) loads[lane] = (loads[lane] ?? 0) + 1;
  }
  for (const partition of partitions) {
    if (spread.has(partition)) continue;
    const lane = loads.indexOf(Math.min(...loads));
    loads[lane] = (loads[lane] ?? 0) + 1;
    spread.set(partition, lane);
  }
  return spread;
}
