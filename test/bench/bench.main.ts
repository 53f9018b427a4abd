/** `npm run bench -- <scenario>`: measures, prints a table, writes bench-results/latest.json. */
import { parseArgs } from 'node:util';
import { projectPath } from '@nearscore/local-cluster';
import { type RecordForm } from './load/load-messages';
import { thisMachine, versionsInUse } from './machine/machine';
import { type PathOptions, runPathBench } from './path/path-bench';
import { type BenchRow } from './results/bench-row';
import { doubtsAbout } from './results/doubts';
import { print } from './results/print';
import { RESULTS_FOLDER, writeResults } from './results/results-file';
import { resultsTable } from './results/results-table';

const HELP = `npm run bench -- path [options]

  path                CPU per record of member and node beside that of writing alone, and write → prediction latency

  --partitions LIST   partition counts, each with a member of its own      (31,271)
  --records LIST      floats (a Java float[]) and compact (30 named fields) (floats)
  --rate N            records/s of the CPU rounds, 1,000 a call            (40000)
  --latency-rates LIST  records/s of the latency rounds, one a call        (500,2000)
  --rounds N          rounds of each case                                  (3)
  --seconds N         length of a round                                    (10)
  --warm-up N         records before the first round                       (1200000)
  --profile           write CPU profiles of the node's threads to ${RESULTS_FOLDER}/profiles; figures do not count then`;

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help || positionals.length !== 1 || positionals[0] !== 'path') return print(HELP);
  const startedAt = new Date().toISOString();
  const rows: BenchRow[] = [];
  for await (const row of runPathBench(optionsOf(values))) {
    rows.push(row);
    print(progressLine(row));
  }
  const doubts = doubtsAbout(rows);
  for (const line of ['', resultsTable(rows), '', ...doubts]) print(line);
  print(writeResults({ machine: thisMachine(), versions: await versionsInUse(), startedAt, doubts, rows }));
}

function optionsOf(values: ReturnType<typeof readArguments>['values']): PathOptions {
  return {
    partitions: numbers(values.partitions),
    records: values.records.split(',').map(recordForm),
    ratePerSecond: Number(values.rate),
    latencyRates: numbers(values['latency-rates']),
    rounds: Number(values.rounds),
    secondsPerRound: Number(values.seconds),
    warmUpRecords: Number(values['warm-up']),
    profileFolder: values.profile ? projectPath(RESULTS_FOLDER, 'profiles') : undefined,
  };
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      partitions: { type: 'string', default: '31,271' },
      records: { type: 'string', default: 'floats' },
      rate: { type: 'string', default: '40000' },
      'latency-rates': { type: 'string', default: '500,2000' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '1200000' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

function numbers(list: string): number[] {
  return list.split(',').filter(Boolean).map(Number);
}

function recordForm(form: string): RecordForm {
  if (form === 'floats' || form === 'compact') return form;
  throw new Error(`--records: floats or compact, not ${form}`);
}

function progressLine(row: BenchRow): string {
  const cpu = Object.entries(row.cpuMicrosPerRecord).map(([name, micros]) => `${name} ${micros.toFixed(2)} µs`);
  const latency = row.latencyMs
    ? `, p50 ${row.latencyMs.p50.toFixed(2)} ms, p99 ${row.latencyMs.p99.toFixed(2)} ms`
    : '';
  const what = `${row.partitions} partitions, ${row.records}, ${row.ratePerSecond}/s, round ${row.round}: ${row.system}`;
  return `  ${what}: ${cpu.join(', ')}${latency} (others ${row.othersCores.toFixed(2)} cores)`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
