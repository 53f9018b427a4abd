import { type HistogramCounts } from './histogram-recorder';
import { type Stage } from './histogram-bounds';

/** What a lane reports: plain numbers that survive structured cloning. */
export interface ScoringSnapshot {
  readonly counts: ScoringCounts;
  readonly state: ScoringState;
}

/** Cumulative since the lane started. */
export interface ScoringCounts {
  readonly busyMs: number;
  readonly checkpointsWritten: number;
  readonly leases: LeaseCounts;
  readonly streams: Readonly<Record<string, StreamCounts>>;
  /** In ms, over STAGE_BOUNDS_MS. A stage never observed may be missing. */
  readonly stages: Readonly<Partial<Record<Stage, HistogramCounts>>>;
  /** In records, over BATCH_BOUNDS. */
  readonly batches: HistogramCounts;
}

export interface LeaseCounts {
  /** Leases taken over from a lane that had not given them back. */
  readonly takeovers: number;
  /** Leases that another took while this lane wanted to keep them. */
  readonly lost: number;
  /** Writes that were left because the lease was over, or nearly. */
  readonly fenced: number;
}

export interface StreamCounts {
  readonly scored: number;
  /** By RecordFailure code. */
  readonly failed: Readonly<Record<string, number>>;
  /** Predictions removed because their record was. */
  readonly removed: number;
  /** Journal events that were overwritten before they were read. */
  readonly lost: number;
  /** By reason: 'overflow', 'reset', … */
  readonly rescans: Readonly<Record<string, number>>;
  readonly recordsRead: number;
  /** Those of `recordsRead` that came from the member beside the node. */
  readonly recordsReadOwnMember: number;
  /** Events read again after a takeover whose predictions were there already. */
  readonly replaySkipped: number;
  /** Predictions that were found wrong or missing though no journal told, and made anew. */
  readonly repaired: number;
  /** Predictions of an older epoch that were made again. */
  readonly rescored: number;
}

/** As it is at the moment of the snapshot. */
export interface ScoringState {
  /** Partitions that the lane is to serve. */
  readonly partitions: number;
  /** Of them: those it may score now, and those that it waits for. */
  readonly leases: { readonly held: number; readonly waiting: number };
  readonly streams: Readonly<Record<string, StreamState>>;
}

export interface StreamState {
  readonly epoch: number;
  readonly version: number;
  readonly unscored: number;
  /** Age of the oldest unscored record in ms; 0 = none waits. */
  readonly oldestUnscoredMs: number;
  /** Until a journal overwrites what was not read, at the present rate; null while none has begun to overwrite. */
  readonly headroomSeconds: number | null;
  /** null, or missing: the epoch has no candidate. */
  readonly candidate?: CandidateCounts | null;
  /** How far predictions of older epochs are made again; null, or missing: they may stay. */
  readonly rescored?: RescoredPartitions | null;
}

export interface RescoredPartitions {
  /** Those of epochs before this one are. */
  readonly before: number;
  /** Partitions in which none is left, of those held. */
  readonly partitions: number;
  readonly of: number;
}

/** Observations per bucket, by the bucket's number. */
export type SparseCounts = Readonly<Record<string, number>>;

/** What was seen of a candidate since its epoch began; explained at CandidateReport of @nearscore/registry. */
export interface CandidateCounts {
  readonly model: string;
  readonly version: number;
  readonly samples: number;
  readonly failed: number;
  readonly compared: { readonly samples: number; readonly failed: number };
  readonly scores: { readonly candidate: SparseCounts; readonly live: SparseCounts };
  readonly runs: { readonly candidate: SparseCounts; readonly live: SparseCounts };
  readonly shed: number;
}
