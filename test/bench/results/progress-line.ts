import { type BenchRow } from './bench-row';

/** One round, while the bench runs. */
export function progressLine(row: BenchRow): string {
  const parts = Object.entries(row.cpuMicrosPerRecord).map(([name, micros]) => `${name} ${micros.toFixed(2)}`);
  const latency = row.latencyMs && `p50 ${row.latencyMs.p50.toFixed(2)} ms, p99 ${row.latencyMs.p99.toFixed(2)} ms`;
  const most = row.maxPerSecond && `${Math.round(row.maxPerSecond).toLocaleString('en')} records/s`;
  const others = `others ${row.othersCores.toFixed(2)} cores`;
  const figures = [`µs: ${parts.join(', ')}`, latency, most, others].filter(Boolean);
  const subject = row.growth ? `${row.growth.axis} ${row.growth.value}` : row.system;
  return `    ${subject.padEnd(14)} ${figures.join(' · ')}`;
}
