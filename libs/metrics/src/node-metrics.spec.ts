import {
  BATCH_BOUNDS,
  createMetricsRegistry,
  type HistogramCounts,
  HistogramRecorder,
  LaneTotals,
  type MetricsRegistry,
  NODE_METRICS,
  NodeMetrics,
  type ScoringSnapshot,
  STAGE_BOUNDS_MS,
  type StreamCounts,
  type StreamState,
} from './index';

type Given = Partial<StreamCounts & Omit<StreamState, 'rescored'>> & {
  runMs?: number[];
  batches?: number[];
  /** held, waiting, takeovers, lost, fenced */
  leases?: [number, number, number, number, number];
};

function histogramOf(bounds: readonly number[], values: number[]): HistogramCounts {
  const recorder = new HistogramRecorder(bounds);
  for (const value of values) recorder.observe(value);
  return recorder.counts();
}

function snapshotOf({ runMs = [], batches = [], leases = [3, 0, 0, 0, 0], ...given }: Given): ScoringSnapshot {
  const nothing = {
    ...{ scored: 0, failed: {}, removed: 0, lost: 0, rescans: {}, recordsRead: 0, recordsReadOwnMember: 0 },
    ...{ replaySkipped: 0, repaired: 0, rescored: 0 },
  };
  const { epoch = 1, version = 1, unscored = 0, oldestUnscoredMs = 0, headroomSeconds = null, ...more } = given;
  const { candidate, ...counts } = more;
  const [held, waiting, takeovers, lost, fenced] = leases;
  return {
    counts: {
      busyMs: 10,
      checkpointsWritten: 1,
      leases: { takeovers, lost, fenced },
      streams: { fraud: { ...nothing, ...counts } },
      stages: { run: histogramOf(STAGE_BOUNDS_MS, runMs) },
      batches: histogramOf(BATCH_BOUNDS, batches),
    },
    state: {
      partitions: 3,
      leases: { held, waiting },
      streams: { fraud: { epoch, version, unscored, oldestUnscoredMs, headroomSeconds, candidate } },
    },
  };
}

function setUp(): {
  registry: MetricsRegistry;
  metrics: NodeMetrics;
  clock: { ms: number };
  lines: () => Promise<string[]>;
} {
  const clock = { ms: 0 };
  const registry = createMetricsRegistry({ processMetrics: false });
  const metrics = new NodeMetrics(registry, new LaneTotals(() => clock.ms, 4000));
  const lines = async (): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#'));
  return { registry, metrics, clock, lines };
}

describe('NodeMetrics', () => {
  it('registers exactly its catalogue', () => {
    const { registry } = setUp();
    const registered = registry.getMetricsAsArray().map(({ name, help }) => [name, help]);
    const documented = Object.entries(NODE_METRICS).map(([name, { help }]) => [name, help]);
    expect(registered.sort()).toEqual(documented.sort());
  });

  it('adds up what the lanes posted', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(
      0,
      snapshotOf({ scored: 5, failed: { WRONG_KIND: 1 }, recordsRead: 6, recordsReadOwnMember: 3 }),
    );
    metrics.lanes.update(
      1,
      snapshotOf({ scored: 7, recordsRead: 2, recordsReadOwnMember: 2, rescans: { overflow: 2 } }),
    );
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'nearscore_scored_records_total{stream="fraud"} 12',
        'nearscore_failed_records_total{stream="fraud",code="WRONG_KIND"} 1',
        'nearscore_partition_rescans_total{stream="fraud",reason="overflow"} 2',
        'nearscore_locality_ratio 0.625',
        'nearscore_assigned_partitions 6',
        'nearscore_leases_held 6',
      ]),
    );
  });

  it('tells what became of leases and replays', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({ leases: [2, 1, 5, 1, 7], replaySkipped: 4, repaired: 1, rescored: 9 }));
    metrics.lanes.update(1, snapshotOf({ leases: [3, 0, 1, 0, 2], replaySkipped: 6 }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'nearscore_leases_held 5',
        'nearscore_leases_waiting 1',
        'nearscore_lease_takeovers_total 6',
        'nearscore_leases_lost_total 1',
        'nearscore_fenced_writes_total 9',
        'nearscore_replay_skips_total{stream="fraud"} 10',
        'nearscore_repairs_total{stream="fraud"} 1',
        'nearscore_rescored_records_total{stream="fraud"} 9',
      ]),
    );
  });

  it('counts no lease of a lane that ended or was silent for longer than leases last', async () => {
    const { metrics, clock, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({}));
    metrics.lanes.update(1, snapshotOf({}));
    metrics.laneRestarted(1);
    expect(await lines()).toEqual(expect.arrayContaining(['nearscore_leases_held 3', 'nearscore_leases_waiting 3']));
    clock.ms = 3999;
    expect(await lines()).toContain('nearscore_leases_held 3');
    clock.ms = 4000;
    expect(await lines()).toEqual(expect.arrayContaining(['nearscore_leases_held 0', 'nearscore_leases_waiting 6']));
  });

  it('knows what is scored again of the latest epoch only', () => {
    const { metrics } = setUp();
    const reported = (before: number) => {
      const { counts, state } = snapshotOf({});
      const fraud = state.streams.fraud && { ...state.streams.fraud, rescored: { before, partitions: 2, of: 3 } };
      return { counts, state: { ...state, streams: { ...(fraud && { fraud }) } } };
    };
    metrics.lanes.update(0, reported(4));
    metrics.lanes.update(1, reported(7));
    expect(metrics.lanes.streams().get('fraud')?.rescored).toEqual({ before: 7, partitions: 2, of: 6 });
    metrics.lanes.update(0, reported(7));
    expect(metrics.lanes.streams().get('fraud')?.rescored).toEqual({ before: 7, partitions: 4, of: 6 });
  });

  it('tells the least headroom of all lanes, and none while no journal overwrites', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({}));
    metrics.lanes.update(1, snapshotOf({}));
    expect((await lines()).join()).not.toContain('nearscore_journal_headroom_seconds{');
    metrics.lanes.update(1, snapshotOf({ headroomSeconds: 12.5 }));
    metrics.lanes.update(2, snapshotOf({ headroomSeconds: 30 }));
    expect(await lines()).toContain('nearscore_journal_headroom_seconds{stream="fraud"} 12.5');
  });

  it('goes on counting when a lane starts again from zero', async () => {
    const { metrics, lines } = setUp();
    for (const scored of [5, 9]) {
      metrics.lanes.update(0, snapshotOf({ scored }));
      metrics.laneRestarted(0);
    }
    expect(await lines()).toContain('nearscore_scored_records_total{stream="fraud"} 14');
    metrics.lanes.update(0, snapshotOf({ scored: 1 }));
    metrics.lanes.update(0, snapshotOf({ scored: 2 }));
    expect(await lines()).toContain('nearscore_scored_records_total{stream="fraud"} 16');
    expect(await lines()).toContain('nearscore_lane_restarts_total{lane="0"} 2');
  });

  it('prints histograms that the lanes counted, stages in seconds', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({ runMs: [0.04, 3], batches: [1, 512, 9999] }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'nearscore_stage_seconds_bucket{le="0.00005",stage="run"} 1',
        'nearscore_stage_seconds_bucket{le="0.0025",stage="run"} 1',
        'nearscore_stage_seconds_bucket{le="0.005",stage="run"} 2',
        'nearscore_stage_seconds_bucket{le="+Inf",stage="run"} 2',
        'nearscore_stage_seconds_sum{stage="run"} 0.00304',
        'nearscore_batch_records_bucket{le="512"} 2',
        'nearscore_batch_records_bucket{le="4096"} 2',
        'nearscore_batch_records_bucket{le="+Inf"} 3',
        'nearscore_batch_records_count 3',
      ]),
    );
  });

  it('lets the age of waiting records grow while a lane is silent, and only then', async () => {
    const { metrics, clock, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({ unscored: 3, oldestUnscoredMs: 500 }));
    clock.ms = 200;
    expect(await lines()).toContain('nearscore_oldest_unscored_seconds{stream="fraud"} 0.5');
    clock.ms = 4500;
    expect(await lines()).toContain('nearscore_oldest_unscored_seconds{stream="fraud"} 5');
    expect(await lines()).toContain('nearscore_lane_report_age_seconds{lane="0"} 4.5');
    metrics.laneRestarted(0);
    clock.ms = 5500;
    expect(await lines()).toContain('nearscore_oldest_unscored_seconds{stream="fraud"} 6');
    metrics.lanes.update(0, snapshotOf({ unscored: 0 }));
    clock.ms += 1400;
    expect(await lines()).toContain('nearscore_oldest_unscored_seconds{stream="fraud"} 0');
    // A record that came right after that report would wait by now.
    clock.ms += 100;
    expect(await lines()).toContain('nearscore_oldest_unscored_seconds{stream="fraud"} 1.5');
  });

  it('adds up what the lanes of one epoch have seen of its candidate, and of no other', async () => {
    const { metrics, lines } = setUp();
    const candidate = {
      ...{ model: 'fraud', version: 2, samples: 10, failed: 1, shed: 3, compared: { samples: 7, failed: 0 } },
      scores: { candidate: { 3: 4, 49: 2 }, live: { 3: 6 } },
      runs: { candidate: { 0: 99, 24: 1 }, live: { '-8': 100 } },
    };
    metrics.lanes.update(0, snapshotOf({ epoch: 2, candidate }));
    metrics.lanes.update(1, snapshotOf({ epoch: 2, candidate }));
    expect(metrics.lanes.streams().get('fraud')?.candidate).toEqual({
      ...{ model: 'fraud', version: 2, samples: 20, failed: 2, shed: 6, compared: { samples: 14, failed: 0 } },
      scores: { candidate: { 3: 8, 49: 4 }, live: { 3: 12 } },
      runs: { candidate: { 0: 198, 24: 2 }, live: { '-8': 200 } },
    });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'nearscore_candidate_records{stream="fraud",outcome="scored"} 20',
        'nearscore_candidate_records{stream="fraud",outcome="failed"} 2',
        'nearscore_candidate_records{stream="fraud",outcome="shed"} 6',
        'nearscore_candidate_compared_records{stream="fraud"} 12',
        'nearscore_candidate_run_p99_seconds{stream="fraud",role="candidate"} 0.001',
      ]),
    );
    metrics.lanes.update(1, snapshotOf({ epoch: 1, candidate: null }));
    expect(metrics.lanes.streams().get('fraud')).toMatchObject({ epoch: 1, candidate: null });
    metrics.lanes.update(1, snapshotOf({ epoch: 2 }));
    expect(metrics.lanes.streams().get('fraud')).toMatchObject({ epoch: 2, candidate: { samples: 10 } });
  });

  it('tells the epoch that every lane applies', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({ epoch: 3 }));
    metrics.lanes.update(1, snapshotOf({ epoch: 2 }));
    expect(await lines()).toContain('nearscore_deployment_epoch{stream="fraud"} 2');
  });

  it('never makes a label of an unknown name', async () => {
    const { metrics, lines } = setUp();
    metrics.lanes.update(0, snapshotOf({ failed: { 'user text "42"': 1, 'other text': 2 }, rescans: { 'Why?': 1 } }));
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'nearscore_failed_records_total{stream="fraud",code="OTHER"} 3',
        'nearscore_partition_rescans_total{stream="fraud",reason="other"} 1',
      ]),
    );
  });

  it('asks whether the node is ready when it is scraped', async () => {
    const { metrics, lines } = setUp();
    expect(await lines()).toContain('nearscore_node_ready 0');
    metrics.readyWhen(() => true);
    expect(await lines()).toContain('nearscore_node_ready 1');
  });

  it('forgets a refused stream when it is refused no more', async () => {
    const { metrics, lines } = setUp();
    metrics.setRefused([{ stream: 'fraud', setting: 'event-journal' }]);
    expect(await lines()).toContain('nearscore_refused_streams{stream="fraud",setting="event-journal"} 1');
    metrics.setRefused([]);
    expect((await lines()).join()).not.toContain('nearscore_refused_streams{');
  });
});
