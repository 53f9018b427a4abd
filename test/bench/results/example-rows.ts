import { type BenchRow } from './bench-row';

/** A row for tests: a round of nearscore in bulk on a quiet machine, but for what is given. */
export function exampleRow(given: Partial<BenchRow> = {}): BenchRow {
  return {
    system: 'nearscore',
    model: 'mlp',
    records: 'floats',
    partitions: 31,
    write: 'bulk',
    ratePerSecond: 20_000,
    reachedPerSecond: 20_000,
    round: 1,
    cpuMicrosPerRecord: { total: 9, member: 6, node: 3 },
    latencyMs: null,
    maxPerSecond: null,
    rssMiB: 3_000,
    wireBytesPerRecord: 700,
    unscored: 0,
    lost: 0,
    othersCores: 0.01,
    ...given,
  };
}
