import { type Counter, type Gauge } from 'prom-client';
import { LaneTotals } from './lane-totals';
import { codeLabel, reasonLabel } from './metric-labels';
import { NODE_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry, type SetSample } from './metrics-registry';
import { type LeaseCounts, type StreamCounts, type StreamState } from './scoring-snapshot';
import { STAGES } from './histogram-bounds';

export interface RefusedStream {
  readonly stream: string;
  /** The setting of the feature map that is wrong. */
  readonly setting: string;
}

/** The metrics of one inference node. What lanes count is taken from `lanes`, at each scrape, without asking them. */
export class NodeMetrics {
  readonly lanes: LaneTotals;
  private readonly make: MetricFactory<typeof NODE_METRICS>;
  private readonly parkedRecords: Counter;
  private readonly parkFailures: Counter;
  private readonly laneRestarts: Counter;
  private isReady: () => boolean = () => false;
  private readonly refused: Gauge;

  constructor(registry: MetricsRegistry, lanes = new LaneTotals()) {
    this.lanes = lanes;
    this.make = new MetricFactory(registry, NODE_METRICS);
    this.parkedRecords = this.make.counter('nearscore_parked_records_total');
    this.parkFailures = this.make.counter('nearscore_park_failures_total');
    this.laneRestarts = this.make.counter('nearscore_lane_restarts_total');
    this.make.measured('nearscore_node_ready', (set) => set(this.isReady() ? 1 : 0));
    this.refused = this.make.gauge('nearscore_refused_streams');
    this.countStreams();
    this.measureStreams();
    this.measureHeadroom();
    this.measureLeases();
    this.measureLanes();
    this.countBatches();
  }

  parked(stream: string): void {
    this.parkedRecords.inc({ stream });
  }

  parkFailed(): void {
    this.parkFailures.inc();
  }

  laneRestarted(lane: number): void {
    this.lanes.restarted(lane);
    this.laneRestarts.inc({ lane: String(lane) });
  }

  /** Asked at each scrape. */
  readyWhen(isReady: () => boolean): void {
    this.isReady = isReady;
  }

  setRefused(streams: readonly RefusedStream[]): void {
    this.refused.reset();
    for (const { stream, setting } of streams) this.refused.set({ stream, setting }, 1);
  }

  private countStreams(): void {
    const each = (count: (counts: StreamCounts) => number) => (set: SetSample) => {
      for (const [stream, counts] of this.streamCounts()) set(count(counts), { stream });
    };
    this.make.countedElsewhere(
      'nearscore_scored_records_total',
      each((counts) => counts.scored),
    );
    this.make.countedElsewhere(
      'nearscore_removed_predictions_total',
      each((counts) => counts.removed),
    );
    this.make.countedElsewhere(
      'nearscore_read_records_total',
      each((counts) => counts.recordsRead),
    );
    this.make.countedElsewhere(
      'nearscore_journal_lost_events_total',
      each((counts) => counts.lost),
    );
    this.make.countedElsewhere(
      'nearscore_replay_skips_total',
      each((counts) => counts.replaySkipped),
    );
    this.make.countedElsewhere(
      'nearscore_repairs_total',
      each((counts) => counts.repaired),
    );
    this.make.countedElsewhere('nearscore_failed_records_total', (set) => {
      for (const [stream, { failed }] of this.streamCounts()) {
        for (const [code, count] of Object.entries(failed)) set(count, { stream, code: codeLabel(code) });
      }
    });
    this.make.countedElsewhere('nearscore_partition_rescans_total', (set) => {
      for (const [stream, { rescans }] of this.streamCounts()) {
        for (const [reason, count] of Object.entries(rescans)) set(count, { stream, reason: reasonLabel(reason) });
      }
    });
  }

  private measureStreams(): void {
    const each = (value: (state: StreamState) => number) => (set: SetSample) => {
      for (const [stream, state] of this.lanes.streams()) set(value(state), { stream });
    };
    this.make.measured(
      'nearscore_unscored_records',
      each((state) => state.unscored),
    );
    this.make.measured(
      'nearscore_oldest_unscored_seconds',
      each((state) => state.oldestUnscoredMs / 1000),
    );
    this.make.measured(
      'nearscore_deployment_epoch',
      each((state) => state.epoch),
    );
  }

  private measureHeadroom(): void {
    this.make.measured('nearscore_journal_headroom_seconds', (set) => {
      for (const [stream, { headroomSeconds }] of this.lanes.streams()) {
        if (headroomSeconds !== null) set(headroomSeconds, { stream });
      }
    });
  }

  private measureLeases(): void {
    this.make.measured('nearscore_assigned_partitions', (set) => set(this.lanes.partitions()));
    this.make.measured('nearscore_leases_held', (set) => set(this.lanes.leases().held));
    this.make.measured('nearscore_leases_waiting', (set) => set(this.lanes.leases().waiting));
    const counted = (count: (leases: LeaseCounts) => number) => (set: SetSample) => {
      const leases = this.lanes.counts()?.leases;
      set(leases ? count(leases) : 0);
    };
    this.make.countedElsewhere(
      'nearscore_lease_takeovers_total',
      counted(({ takeovers }) => takeovers),
    );
    this.make.countedElsewhere(
      'nearscore_leases_lost_total',
      counted(({ lost }) => lost),
    );
    this.make.countedElsewhere(
      'nearscore_fenced_writes_total',
      counted(({ fenced }) => fenced),
    );
  }

  private measureLanes(): void {
    const each = (value: (lane: number) => number) => (set: SetSample) => {
      for (const lane of this.lanes.lanes()) set(value(lane), { lane: String(lane) });
    };
    this.make.countedElsewhere(
      'nearscore_lane_busy_seconds_total',
      each((lane) => this.lanes.countsOf(lane).busyMs / 1000),
    );
    this.make.measured(
      'nearscore_lane_report_age_seconds',
      each((lane) => this.lanes.ageMs(lane) / 1000),
    );
    this.make.measured('nearscore_locality_ratio', (set) => set(this.lanes.localityRatio()));
  }

  private countBatches(): void {
    this.make.countedElsewhere('nearscore_checkpoint_writes_total', (set) =>
      set(this.lanes.counts()?.checkpointsWritten ?? 0),
    );
    this.make.histogramElsewhere('nearscore_batch_records', () => {
      const counts = this.lanes.counts()?.batches;
      return counts ? [{ labels: {}, counts }] : [];
    });
    this.make.histogramElsewhere('nearscore_stage_seconds', () =>
      STAGES.flatMap((stage) => {
        const counts = this.lanes.counts()?.stages[stage];
        return counts ? [{ labels: { stage }, counts, divisor: 1000 }] : [];
      }),
    );
  }

  private streamCounts(): [string, StreamCounts][] {
    return Object.entries(this.lanes.counts()?.streams ?? {});
  }
}
