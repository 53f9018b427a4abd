import { type BenchRow } from './bench-row';
import { groupsOf } from './groups';

/** The rounds of what can be compared: one model, form, partition count, way and rate of writing, place on an axis of growth. By system. */
export interface BenchCase {
  readonly title: string;
  readonly rows: ReadonlyMap<BenchRow['system'], readonly BenchRow[]>;
}

/** In the order in which they were measured. */
export function casesIn(rows: readonly BenchRow[]): BenchCase[] {
  return [...groupsOf(rows, titleOf)].map(([title, found]) => ({
    title,
    rows: groupsOf(found, ({ system }) => system),
  }));
}

function titleOf({ model, records, partitions, write, ratePerSecond, latencyMs, growth }: BenchRow): string {
  const rate = ratePerSecond === null ? 'maximum' : `${ratePerSecond.toLocaleString('en')}/s`;
  const written = `${write}, ${rate}${latencyMs ? ', with a listener' : ''}`;
  const place = growth ? `, ${growth.axis} ${growth.value.toLocaleString('en')}` : '';
  return `${model}, ${records}, ${partitions} partitions, ${written}${place}`;
}
