/** `npm run bench -- <scenario>`: measures, prints tables, writes bench-results/latest.json and chart.svg. */
import { type BenchRun, HELP, parseBenchArguments } from './bench-arguments';
import { runGrowthBench } from './growth/growth-bench';
import { growthTables, isGrowthRow } from './growth/growth-table';
import { runIngestBench } from './ingest/ingest-bench';
import { chartOf } from './results/chart';
import { print } from './results/print';
import { ratioTable } from './results/ratios';
import { Results } from './results/results';
import { type BenchResults, writeResultsFile } from './results/results-file';
import { idleTable, resultsTables } from './results/results-table';
import { runStartBench } from './start/start-bench';
import { startTable } from './start/start-table';
import { runStreamingBench } from './streaming/streaming-bench';

async function main(): Promise<void> {
  const runs = parseBenchArguments(process.argv.slice(2));
  if (!runs) return print(HELP);
  const results = new Results();
  try {
    for (const run of runs) await measure(run, results);
  } finally {
    // What was measured before a system failed is worth keeping.
    report(await results.summary());
  }
}

function measure({ scenario, options, growth }: BenchRun, results: Results): Promise<void> {
  switch (scenario) {
    case 'ingest':
      return runIngestBench(options, results);
    case 'growth':
      return runGrowthBench(options, growth, results);
    case 'start':
      return runStartBench(options, results);
    default:
      return runStreamingBench(options, results);
  }
}

function report(results: BenchResults): void {
  const { rows, idle, starts, doubts } = results;
  const others = rows.filter((row) => !isGrowthRow(row));
  const compared =
    others.length > 0 || idle.length > 0 ? [resultsTables(others), idleTable(idle), ratioTable(others)] : [];
  const tables = [...compared, growthTables(rows), startTable(starts)].filter(Boolean);
  for (const text of [...tables, ...doubts]) print(`\n${text}`);
  print(`\n${writeResultsFile('latest.json', `${JSON.stringify(results, null, 2)}\n`)}`);
  print(writeResultsFile('chart.svg', chartOf(rows)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
