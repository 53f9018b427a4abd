import { figureTable, milliseconds, processors } from '../results/figure-table';
import { type SwapSummary } from './swap-run';

/** What docs/reliability.md says of a run. */
export function swapTable(summary: SwapSummary): string {
  const { during, without, swapMs } = summary;
  return figureTable([
    ['swaps, all completed', `${summary.completed} of ${summary.swaps}`],
    ['records written per second', String(summary.recordsPerSecond)],
    ['records acknowledged, of unknown outcome', `${summary.acknowledged}, ${summary.unknown}`],
    ['predictions looked at', String(summary.predictions)],
    ['of these the version before would have answered otherwise', String(summary.toldApart)],
    ['unscored or wrong', summary.problem ?? 'none'],
    ['request until all nodes had settled, p50, p99', milliseconds(swapMs)],
    [`write → prediction during a swap, p50, p99 (${during.count} records)`, milliseconds(during)],
    [`write → prediction without, p50, p99 (${without.count} records)`, milliseconds(without)],
    ['p99 during / without', (during.p99 / without.p99).toFixed(2)],
    ['processors used during a swap', processors(summary.processorsDuring)],
    ['processors used without', processors(summary.processorsWithout)],
    ['memory of the nodes, first quarter of the swaps, MiB', summary.rssFirst.join(', ')],
    ['memory of the nodes, last quarter of the swaps, MiB', summary.rssLast.join(', ')],
  ]);
}
