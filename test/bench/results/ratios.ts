import { type BenchRow } from './bench-row';
import { type BenchCase, casesIn } from './cases';
import { spreadOf } from './statistics';
import { shown, textTable } from './text-table';

/**
 * Nearscore's cost as a share of a peer's, from rounds that were measured one after the other: in total, and without what writing
 * alone costs. Below 1 Nearscore is cheaper.
 */
export function ratioTable(rows: readonly BenchRow[]): string {
  const lines = casesIn(rows).flatMap((found) =>
    [...found.rows.keys()]
      .filter((system) => system !== 'nearscore' && system !== 'ingest-only')
      .map((peer) => [found.title, peer, shareOf(found, peer, false), shareOf(found, peer, true)])
      .filter(([, , total]) => total !== ''),
  );
  return textTable(['case', 'peer', 'nearscore ÷ peer', 'both minus ingest-only'], lines);
}

function shareOf({ rows }: BenchCase, peer: BenchRow['system'], minusIngest: boolean): string {
  const total = (system: BenchRow['system'], round: number): number =>
    rows.get(system)?.find((row) => row.round === round)?.cpuMicrosPerRecord.total ?? NaN;
  const shares = (rows.get('nearscore') ?? [])
    .map(({ round }) => {
      const ingest = minusIngest ? total('ingest-only', round) : 0;
      return (total('nearscore', round) - ingest) / (total(peer, round) - ingest);
    })
    .filter((share) => Number.isFinite(share));
  return shares.length === 0 ? '' : shown(spreadOf(shares), 2);
}
