import { groupsOf } from '../../../bench/results/groups';
import { textTable } from '../../../bench/results/text-table';
import { type Latencies, latenciesOf, type Span, touches } from '../load/latencies';
import { figureTable, milliseconds, processors } from '../results/figure-table';
import { type UploadSummary } from './upload-run';

/** What docs/reliability.md says of a run. */
export function uploadTables(summary: UploadSummary): string {
  return [windowTable(summary), refusalTable(summary), totalTable(summary)].join('\n\n');
}

function windowTable({ rests, attacks, probes }: UploadSummary): string {
  const rows = rests.flatMap((rest, index) => {
    const attack = attacks[index] ?? rest;
    const row = (what: string, window: Span): string[] => [
      `${index + 1}, ${what}`,
      `${((window.to - window.from) / 1000).toFixed(1)} s`,
      ...cells(latenciesOf(probes.filter((probe) => touches(probe, [window])))),
    ];
    return [row('without', rest), row('with uploads', attack)];
  });
  return textTable(['window', 'long', 'records timed', 'p50', 'p99', 'longest'], rows);
}

/** By what the answer says; the time of the files is that of their answers. */
function refusalTable({ refusals, probes }: UploadSummary): string {
  const kinds = groupsOf(refusals, ({ answer: { status, code, reason } }) =>
    [status, code, reason].filter((part) => part !== undefined).join(' '),
  );
  const rows = [...kinds].map(([name, of]) => {
    const answered = latenciesOf(of);
    const meanwhile = latenciesOf(probes.filter((probe) => touches(probe, of)));
    return [name, String(of.length), ms(answered.p50), ms(answered.max), ...cells(meanwhile).slice(1)];
  });
  const head = ['refused', 'uploads', 'answered after, p50', 'longest', 'records meanwhile, p50', 'p99', 'longest'];
  return textTable(head, rows);
}

function totalTable({ attacks, probes, refusals, ...summary }: UploadSummary): string {
  const during = latenciesOf(probes.filter((probe) => touches(probe, attacks)));
  const without = latenciesOf(probes.filter((probe) => !touches(probe, attacks)));
  return figureTable([
    ['uploads, all refused by their code', String(refusals.length)],
    ['records acknowledged', String(summary.acknowledged)],
    ['predictions looked at', String(summary.predictions)],
    ['unscored, wrong, or answered otherwise', summary.problems.join('; ') || 'none'],
    [`write → prediction with uploads, p50, p99 (${during.count} records)`, milliseconds(during)],
    [`write → prediction without, p50, p99 (${without.count} records)`, milliseconds(without)],
    ['p99 with / without', (during.p99 / without.p99).toFixed(2)],
    ['processors used with uploads, but by what looks at them', processors(summary.processorsDuring)],
    ['processors used without', processors(summary.processorsWithout)],
  ]);
}

function cells({ count, p50, p99, max }: Latencies): string[] {
  return [String(count), ms(p50), ms(p99), ms(max)];
}

function ms(value: number): string {
  return Number.isNaN(value) ? '–' : `${value.toFixed(1)} ms`;
}
