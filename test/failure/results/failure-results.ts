import { mkdirSync, writeFileSync } from 'node:fs';
import { projectPath } from '@nearscore/local-cluster';
import { type FaultTimes } from '../failure-stage';

/** What the failure suite measured, docs/reliability.md says what the columns are: for the terminal, and for test-results/failure-times.json. */
export function reportTimes(times: readonly FaultTimes[]): void {
  mkdirSync(projectPath('test-results'), { recursive: true });
  writeFileSync(projectPath('test-results', 'failure-times.json'), `${JSON.stringify(times, null, 2)}\n`);
  process.stdout.write(`\n${timesTable(times)}\n`);
}

export function timesTable(times: readonly FaultTimes[]): string {
  const rows = times.map(({ fault, detectedMs, recoveredMs, rejoinedMs, longestMs, unknown }) => [
    fault,
    detectedMs === undefined ? '–' : seconds(detectedMs),
    seconds(recoveredMs),
    seconds(rejoinedMs),
    seconds(longestMs),
    String(unknown),
  ]);
  const head = ['fault', 'missed after', 'last late', 'last late after restart', 'longest', 'unknown'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function seconds(ms: number): string {
  return ms === 0 ? 'none' : `${(ms / 1000).toFixed(1)} s`;
}
