import { type Latencies, type SwapSummary } from './swap-run';

/** What docs/reliability.md says of a run. */
export function swapTable(summary: SwapSummary): string {
  const { during, without, swapMs } = summary;
  const rows: [what: string, figure: string][] = [
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
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  const right = Math.max(...rows.map(([, figure]) => figure.length));
  const line = (what: string, figure: string): string => `| ${what.padEnd(width)} | ${figure.padEnd(right)} |`;
  const rule = `| ${'-'.repeat(width)} | ${'-'.repeat(right)} |`;
  return [line('', ''), rule, ...rows.map(([what, figure]) => line(what, figure))].join('\n');
}

function milliseconds({ p50, p99 }: Latencies): string {
  return `${p50.toFixed(1)} ms, ${p99.toFixed(1)} ms`;
}

function processors(used: Readonly<Record<string, number>>): string {
  return Object.entries(used)
    .map(([kind, count]) => `${kind} ${count.toFixed(2)}`)
    .join(', ');
}
