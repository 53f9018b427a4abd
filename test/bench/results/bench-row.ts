import { type RecordForm } from '../load/load-messages';
import { type SystemName } from '../systems/bench-system';

/** Ways of a record into the grid: the gateway's, and a grid client of an application's own. */
export type IngestName = 'ingest-client' | 'ingest-ndjson' | 'ingest-rest';

/** Where a round stands on an axis of the bench about growth. */
export interface PlaceOnAxis {
  readonly axis: 'keys' | 'streams' | 'members' | 'width' | 'listeners';
  readonly value: number;
  /** MiB of each member, the same at all places of an axis. */
  readonly heapMb: number;
}

/** One measured round: a row of bench-results/latest.json. Null: not measured in such a round. */
export interface BenchRow {
  readonly system: SystemName | IngestName;
  readonly model: string;
  readonly records: RecordForm;
  readonly partitions: number;
  readonly growth?: PlaceOnAxis;
  /** 1,000 records a call, or one. */
  readonly write: 'bulk' | 'single';
  /** As it was asked for; null: as fast as the system scored. */
  readonly ratePerSecond: number | null;
  readonly reachedPerSecond: number;
  readonly round: number;
  /** Of each server process, and their sum. */
  readonly cpuMicrosPerRecord: Readonly<Record<string, number>> & { readonly total: number };
  /** From the call that writes to the listener that sees the prediction. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly p999: number } | null;
  /** Records scored per second, when they were written as fast as that. */
  readonly maxPerSecond: number | null;
  /** Of all server processes at the end of the round. */
  readonly rssMiB: number;
  /** In and out of the process that all data goes through. */
  readonly wireBytesPerRecord: number;
  /** Keys without a fresh prediction right after the round; in a latency round, predictions that no listener saw. */
  readonly unscored: number;
  /** Keys that had none a while later either. */
  readonly lost: number;
  /** Processors that strangers kept busy meanwhile. */
  readonly othersCores: number;
}

/** What a system's processes used while nobody wrote. */
export interface IdleRow {
  readonly system: SystemName;
  readonly model: string;
  readonly partitions: number;
  readonly round: number;
  /** Of each server process, and their sum: 1 = a hundredth of one processor. */
  readonly percentOfCore: Readonly<Record<string, number>> & { readonly total: number };
  readonly othersCores: number;
}
