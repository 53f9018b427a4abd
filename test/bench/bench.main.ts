/** `npm run bench -- <scenario>`: measures, prints tables, writes bench-results/latest.json and chart.svg. */
import { HELP, parseBenchArguments } from './bench-arguments';
import { runIngestBench } from './ingest/ingest-bench';
import { chartOf } from './results/chart';
import { print } from './results/print';
import { ratioTable } from './results/ratios';
import { Results } from './results/results';
import { type BenchResults, writeResultsFile } from './results/results-file';
import { idleTable, resultsTables } from './results/results-table';
import { runStreamingBench } from './streaming/streaming-bench';

async function main(): Promise<void> {
  const runs = parseBenchArguments(process.argv.slice(2));
  if (!runs) return print(HELP);
  const results = new Results();
  try {
    for (const { scenario, options } of runs) {
      await (scenario === 'ingest' ? runIngestBench : runStreamingBench)(options, results);
    }
  } finally {
    // What was measured before a system failed is worth keeping.
    report(await results.summary());
  }
}

function report(results: BenchResults): void {
  const { rows, idle, doubts } = results;
  for (const text of [resultsTables(rows), idleTable(idle), ratioTable(rows), ...doubts]) print(`\n${text}`);
  print(`\n${writeResultsFile('latest.json', `${JSON.stringify(results, null, 2)}\n`)}`);
  print(writeResultsFile('chart.svg', chartOf(rows)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
