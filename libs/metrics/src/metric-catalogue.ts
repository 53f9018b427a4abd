import { BATCH_BOUNDS, REQUEST_BOUNDS_SECONDS, STAGE_BOUNDS_MS } from './histogram-bounds';

export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in the unit of the name. */
  readonly buckets?: readonly number[];
}

function counter(help: string, ...labels: string[]): MetricDefinition {
  return { type: 'counter', help, labels };
}

function gauge(help: string, ...labels: string[]): MetricDefinition {
  return { type: 'gauge', help, labels };
}

function histogram(help: string, buckets: readonly number[], ...labels: string[]): MetricDefinition {
  return { type: 'histogram', help, labels, buckets };
}

/** Every metric of an inference node besides the process's own; docs/metrics.md lists the same. */
export const NODE_METRICS = {
  nearscore_scored_records_total: counter('Records whose prediction was stored.', 'stream'),
  nearscore_failed_records_total: counter('Records that could not be scored, by reason.', 'stream', 'code'),
  nearscore_parked_records_total: counter('Failed records that were parked with their reason.', 'stream'),
  nearscore_park_failures_total: counter('Attempts to park records that failed; the lane asks again.'),
  nearscore_removed_predictions_total: counter('Predictions removed because their record was.', 'stream'),
  nearscore_read_records_total: counter('Records read from journals and partition scans.', 'stream'),
  nearscore_journal_lost_events_total: counter('Journal events overwritten before they were read.', 'stream'),
  nearscore_replay_skips_total: counter(
    'Events read again after a takeover whose predictions were there already.',
    'stream',
  ),
  nearscore_repairs_total: counter(
    'Predictions found wrong or missing though no journal told, and made anew; should stay 0.',
    'stream',
  ),
  nearscore_rescored_records_total: counter(
    'Records whose prediction of an older epoch was made again, because the deployment wants it.',
    'stream',
  ),
  nearscore_journal_headroom_seconds: gauge(
    'Until a journal overwrites what was not read, at the present rate; absent while none overwrites.',
    'stream',
  ),
  nearscore_partition_rescans_total: counter('Partitions scored again from the map, by reason.', 'stream', 'reason'),
  nearscore_checkpoint_writes_total: counter('Checkpoints written.'),
  nearscore_stage_seconds: histogram(
    'Time a batch spends in a stage.',
    STAGE_BOUNDS_MS.map((bound) => bound / 1000),
    'stage',
  ),
  nearscore_batch_records: histogram('Records scored in one run of a model.', BATCH_BOUNDS),
  nearscore_unscored_records: gauge(
    'Records known to the node whose prediction is not stored yet; a partition that cannot be asked counts as one.',
    'stream',
  ),
  nearscore_oldest_unscored_seconds: gauge('How long the oldest unscored record has waited; 0 = none waits.', 'stream'),
  nearscore_assigned_partitions: gauge('Partitions that the node is to score.'),
  nearscore_leases_held: gauge('Partitions that the node may score now.'),
  nearscore_leases_waiting: gauge('Partitions that the node is to score and has no lease for: another may hold it.'),
  nearscore_lease_takeovers_total: counter('Leases taken over from a lane that had not given them back.'),
  nearscore_leases_lost_total: counter('Leases that another took while a lane wanted to keep them.'),
  nearscore_fenced_writes_total: counter('Writes left undone because the lease was over, or nearly.'),
  nearscore_locality_ratio: gauge(
    "Share of records read from the node's own member since its start; 1 when none was read.",
  ),
  nearscore_deployment_epoch: gauge('Deployment epoch that every lane of the node applies.', 'stream'),
  nearscore_refused_streams: gauge(
    '1 while a stream is not scored because of the named setting of its map.',
    'stream',
    'setting',
  ),
  nearscore_lane_busy_seconds_total: counter('Time a lane spent working rather than waiting.', 'lane'),
  nearscore_lane_report_age_seconds: gauge(
    "Age of a lane's last report; it grows while a model blocks the lane.",
    'lane',
  ),
  nearscore_lane_restarts_total: counter('Times a lane was started again after it ended by itself.', 'lane'),
  nearscore_parked_entries: gauge(
    'Records that wait for a retry or are dead letters, in the partitions of the node, as last swept.',
    'stream',
    'state',
    'code',
  ),
  nearscore_retries_total: counter(
    'Retries by outcome: scored, superseded, failed; unknown ones are tried once more.',
    'stream',
    'outcome',
  ),
  nearscore_dead_letters_total: counter('Records given up, by reason.', 'stream', 'code'),
  nearscore_resolved_records_total: counter('Parked records that were scored, superseded or removed.', 'stream'),
  nearscore_retry_queue_up: gauge('1 while the node reaches the queue of retries, else 0; they wait meanwhile.'),
  nearscore_retry_worker_restarts_total: counter('Times the worker of retries was replaced: its canary was not done.'),
  nearscore_lane_sessions: gauge(
    'Model versions that a lane holds in memory: deployed, prepared, or in their last batch.',
    'lane',
  ),
  nearscore_applied_deployments_total: counter(
    'Deployment epochs taken over by lanes; prepared = false: a model had to be loaded first, as after a start.',
    'stream',
    'prepared',
  ),
  nearscore_candidate_records: gauge(
    'Records of the candidate since its epoch began: scored, failed, shed (a shadow, for want of time).',
    'stream',
    'outcome',
  ),
  nearscore_candidate_compared_records: gauge(
    'Records that both the candidate and the live version have scored since its epoch began.',
    'stream',
  ),
  nearscore_candidate_run_p99_seconds: gauge(
    '99th percentile of a run on the same few records, by role: candidate, live; at most a tenth too high.',
    'stream',
    'role',
  ),
  nearscore_prepare_queue_up: gauge(
    '1 while the node reaches the queue of versions to prepare, else 0; it finds them in the grid meanwhile.',
  ),
  nearscore_prepare_worker_restarts_total: counter(
    'Times the worker of versions to prepare was replaced: its canary was not done.',
  ),
  nearscore_node_ready: gauge('1 while the node is ready, else 0.'),
} as const satisfies Record<string, MetricDefinition>;

/** Every metric of a gateway besides the process's own. */
export const GATEWAY_METRICS = {
  nearscore_http_request_duration_seconds: histogram(
    'Time from the request to its answer, by route template and status.',
    REQUEST_BOUNDS_SECONDS,
    'method',
    'route',
    'status',
  ),
  nearscore_stream_unscored_age_seconds: gauge(
    'How long the oldest record of a stream waits, as all nodes tell and silent ones cannot; 0 = none waits.',
    'stream',
  ),
  nearscore_partitions_without_lease: gauge('Partitions that no living node scores for the stream.', 'stream'),
  nearscore_refused_writes_total: counter('Requests refused because their stream is behind.', 'stream'),
  nearscore_listeners: gauge('Listeners that are connected.', 'stream'),
  nearscore_listeners_catching_up: gauge('Those of them that read what others were told of already.', 'stream'),
  nearscore_followed_journals: gauge("Partition journals that are read for all of a stream's listeners.", 'stream'),
  nearscore_listener_events_total: counter('Events sent to listeners.', 'stream'),
  nearscore_listener_resets_total: counter('Listeners told that events are gone, by reason.', 'stream', 'reason'),
  nearscore_listeners_ended_total: counter(
    'Listeners that ended: slow-reader, shutdown, stream-removed, failed, or left by themselves.',
    'stream',
    'reason',
  ),
  nearscore_rollouts_under_way: gauge('Rollouts that have not ended, as the gateway sees them.'),
  nearscore_rollouts_ended_total: counter(
    'Rollouts that this gateway brought to their end, by state: completed, aborted, rolled-back.',
    'stream',
    'state',
  ),
  nearscore_rollout_queue_up: gauge(
    '1 while the gateway reaches the queue of rollouts, else 0; none begins meanwhile.',
  ),
  nearscore_rollout_worker_restarts_total: counter(
    'Times the worker of rollouts was replaced: its canary was not done.',
  ),
} as const satisfies Record<string, MetricDefinition>;
