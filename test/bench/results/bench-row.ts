import { type RecordForm } from '../load/load-messages';

export type SystemName = 'nearscore' | 'ingest-only';

/** One measured round: a row of bench-results/latest.json. */
export interface BenchRow {
  readonly system: SystemName;
  readonly model: string;
  readonly records: RecordForm;
  readonly partitions: number;
  /** 1,000 records a call, or one. */
  readonly write: 'bulk' | 'single';
  /** As it was asked for. */
  readonly ratePerSecond: number;
  readonly reachedPerSecond: number;
  readonly round: number;
  /** Of each server process, and their sum. */
  readonly cpuMicrosPerRecord: Readonly<Record<string, number>> & { readonly total: number };
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly p999: number };
  /** Of all server processes at the end of the round. */
  readonly rssMiB: number;
  /** Bulk: keys without a fresh prediction right after the round. Single: predictions that no listener saw. */
  readonly unscored: number;
  /** Processors that strangers kept busy meanwhile. */
  readonly othersCores: number;
}
