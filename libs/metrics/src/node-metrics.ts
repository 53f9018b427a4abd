import { type Counter, type Gauge } from 'prom-client';
import { LaneTotals } from './lane-totals';
import { codeLabel, reasonLabel } from './metric-labels';
import { NODE_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry, type SetSample } from './metrics-registry';
import { type LeaseCounts, type StreamCounts, type StreamState } from './scoring-snapshot';
import { measureCandidates } from './candidate-metrics';
import { RetryMetrics } from './retry-metrics';
import { RolloutMetrics } from './rollout-metrics';
import { STAGES } from './histogram-bounds';

export interface RefusedStream {
  readonly stream: string;
  /** The setting of the feature map that is wrong. */
  readonly setting: string;
}

const STREAM_COUNTERS = {
  nearscore_scored_records_total: ({ scored }: StreamCounts) => scored,
  nearscore_removed_predictions_total: ({ removed }: StreamCounts) => removed,
  nearscore_read_records_total: ({ recordsRead }: StreamCounts) => recordsRead,
  nearscore_journal_lost_events_total: ({ lost }: StreamCounts) => lost,
  nearscore_replay_skips_total: ({ replaySkipped }: StreamCounts) => replaySkipped,
  nearscore_repairs_total: ({ repaired }: StreamCounts) => repaired,
  nearscore_rescored_records_total: ({ rescored }: StreamCounts) => rescored,
};

const STREAM_GAUGES = {
  nearscore_unscored_records: ({ unscored }: StreamState) => unscored,
  nearscore_oldest_unscored_seconds: ({ oldestUnscoredMs }: StreamState) => oldestUnscoredMs / 1000,
  nearscore_deployment_epoch: ({ epoch }: StreamState) => epoch,
};

const LEASE_COUNTERS = {
  nearscore_lease_takeovers_total: ({ takeovers }: LeaseCounts) => takeovers,
  nearscore_leases_lost_total: ({ lost }: LeaseCounts) => lost,
  nearscore_fenced_writes_total: ({ fenced }: LeaseCounts) => fenced,
};

/** The metrics of one inference node. What lanes count is taken from `lanes`, at each scrape, without asking them. */
export class NodeMetrics {
  readonly lanes: LaneTotals;
  readonly retries: RetryMetrics;
  readonly rollouts: RolloutMetrics;
  private readonly make: MetricFactory<typeof NODE_METRICS>;
  private readonly parkedRecords: Counter;
  private readonly parkFailures: Counter;
  private readonly laneRestarts: Counter;
  private isReady: () => boolean = () => false;
  private readonly refused: Gauge;

  constructor(registry: MetricsRegistry, lanes = new LaneTotals()) {
    this.lanes = lanes;
    this.make = new MetricFactory(registry, NODE_METRICS);
    this.retries = new RetryMetrics(this.make);
    this.rollouts = new RolloutMetrics(this.make);
    this.parkedRecords = this.make.counter('nearscore_parked_records_total');
    this.parkFailures = this.make.counter('nearscore_park_failures_total');
    this.laneRestarts = this.make.counter('nearscore_lane_restarts_total');
    this.make.measured('nearscore_node_ready', (set) => set(this.isReady() ? 1 : 0));
    this.refused = this.make.gauge('nearscore_refused_streams');
    this.countStreams();
    this.measureStreams();
    this.measureHeadroom();
    measureCandidates(this.make, () => this.lanes.streams());
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
    for (const [name, count] of entriesOf(STREAM_COUNTERS)) {
      this.make.countedElsewhere(name, (set) => {
        for (const [stream, counts] of this.streamCounts()) set(count(counts), { stream });
      });
    }
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
    for (const [name, value] of entriesOf(STREAM_GAUGES)) {
      this.make.measured(name, (set) => {
        for (const [stream, state] of this.lanes.streams()) set(value(state), { stream });
      });
    }
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
    for (const [name, count] of entriesOf(LEASE_COUNTERS)) {
      this.make.countedElsewhere(name, (set) => {
        const leases = this.lanes.counts()?.leases;
        set(leases ? count(leases) : 0);
      });
    }
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

function entriesOf<T extends object>(table: T): [keyof T & string, T[keyof T]][] {
  return Object.entries(table) as [keyof T & string, T[keyof T]][];
}
