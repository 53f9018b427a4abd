import { type LeaseStatus, type StreamStatus } from '@nearscore/grid';
import {
  BATCH_BOUNDS,
  HistogramRecorder,
  type ScoringCounts,
  type Stage,
  STAGE_BOUNDS_MS,
  STAGES,
  type StreamCounts,
  type StreamState,
} from '@nearscore/metrics';
import { type CandidateReport } from '@nearscore/registry';
import { type LaneSnapshot } from './lane-messages';

/** What a snapshot needs besides the statistics themselves. */
export interface LaneView {
  readonly streams: ReadonlyMap<string, StreamStatus>;
  readonly partitions: number;
  readonly leases: LeaseStatus;
  readonly checkpointsWritten: number;
  deploymentOf(stream: string): { epoch: number; version: number } | undefined;
  /** Of the epoch that `deploymentOf` says. */
  candidateOf(stream: string): CandidateReport | undefined;
}

/** Counts what a lane does, in plain numbers that the main thread can serve while the lane is busy. */
export class LaneStatistics {
  private busyMs = 0;
  private readonly batches = new HistogramRecorder(BATCH_BOUNDS);
  private readonly stages = new Map<Stage, HistogramRecorder>(
    STAGES.map((stage) => [stage, new HistogramRecorder(STAGE_BOUNDS_MS)]),
  );

  readonly observe = (stage: Stage, ms: number): void => this.stages.get(stage)?.observe(ms);

  batchDone(records: number, ms: number): void {
    this.batches.observe(records);
    this.busyMs += ms;
  }

  snapshot(view: LaneView): LaneSnapshot {
    const streams = [...view.streams];
    return {
      at: Date.now(),
      counts: this.counts(view),
      state: {
        partitions: view.partitions,
        leases: { held: view.leases.held, waiting: view.leases.waiting },
        streams: Object.fromEntries(streams.map(([name, status]) => [name, stateOf(name, status, view)])),
      },
    };
  }

  private counts(view: LaneView): ScoringCounts {
    const { takeovers, lost, fenced } = view.leases;
    return {
      leases: { takeovers, lost, fenced },
      busyMs: this.busyMs,
      checkpointsWritten: view.checkpointsWritten,
      streams: Object.fromEntries([...view.streams].map(([name, status]) => [name, countsOf(status)])),
      stages: Object.fromEntries([...this.stages].map(([stage, recorder]) => [stage, recorder.counts()])),
      batches: this.batches.counts(),
    };
  }
}

function countsOf({ progress }: StreamStatus): StreamCounts {
  return {
    scored: progress.stored,
    failed: Object.fromEntries(progress.parked),
    removed: progress.removed,
    lost: progress.lost,
    rescans: Object.fromEntries(progress.rescans),
    recordsRead: progress.recordsRead,
    recordsReadOwnMember: progress.recordsReadLocally,
    replaySkipped: progress.replaySkipped,
    repaired: progress.repaired,
    rescored: progress.rescored,
  };
}

function stateOf(stream: string, status: StreamStatus, view: LaneView): StreamState {
  const { epoch = 0, version = 0 } = view.deploymentOf(stream) ?? {};
  return {
    epoch,
    version,
    unscored: status.unscored,
    oldestUnscoredMs: status.oldestUnscoredMs,
    headroomSeconds: status.headroomSeconds ?? null,
    candidate: view.candidateOf(stream) ?? null,
    rescored: status.rescored ?? null,
  };
}
