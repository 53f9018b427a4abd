import { latenciesOf, touches } from '../load/latencies';
import { figureTable, milliseconds, processors } from '../results/figure-table';
import { type Rescore, type RescoreSummary } from './rescore-run';

/** What docs/reliability.md says of a run. */
export function rescoreTable({ rescores, probes, ...summary }: RescoreSummary): string {
  const during = latenciesOf(probes.filter((probe) => touches(probe, rescores)));
  const without = latenciesOf(probes.filter((probe) => touches(probe, summary.rests)));
  return figureTable([
    ['records made again by each rescore', String(summary.resting)],
    ['rescores', String(rescores.length)],
    ['until it was told that nothing is left', seconds(rescores.map(({ from, to }) => to - from))],
    ['until the last of them was seen', seconds(rescores.map(({ scoredMs }) => scoredMs))],
    ['different answers about its progress', rescores.map(({ told }) => told.length).join(', ')],
    ['of these a step back', String(rescores.filter(goesBack).length)],
    ['records acknowledged', String(summary.acknowledged)],
    ['predictions looked at', String(summary.predictions)],
    ['unscored, wrong, or not made again', summary.problem ?? 'none'],
    [`write → prediction during a rescore, p50, p99 (${during.count} records)`, milliseconds(during)],
    [`write → prediction without, p50, p99 (${without.count} records)`, milliseconds(without)],
    ['longest during, without', `${during.max.toFixed(1)} ms, ${without.max.toFixed(1)} ms`],
    ['p99 during / without', (during.p99 / without.p99).toFixed(2)],
    ['processors used during a rescore', processors(summary.processorsDuring)],
    ['processors used without', processors(summary.processorsWithout)],
  ]);
}

function goesBack({ told }: Rescore): boolean {
  return told.some((partitions, index) => partitions < (told[index - 1] ?? 0));
}

function seconds(values: readonly number[]): string {
  return values.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ');
}
