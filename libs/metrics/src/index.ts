// The catalogue: every metric there is, by process.
export { GATEWAY_METRICS, type MetricDefinition, NODE_METRICS } from './metric-catalogue';
export { createMetricsRegistry, type MetricsRegistry } from './metrics-registry';
export { MetricsModule } from './metrics.module';

export { CoordinatorMetrics } from './coordinator-metrics';
export { FeedMetrics, type ListenerCounts } from './feed-metrics';
export { type AnsweredRequest, GatewayMetrics, type MeasuredLag } from './gateway-metrics';
export { NodeMetrics, type RefusedStream } from './node-metrics';
export { type ParkedCount, RetryMetrics } from './retry-metrics';
export { RolloutMetrics } from './rollout-metrics';

// What a lane counts and posts; the main thread sums it up.
export { durationBucketOf, durationOfBucket } from './duration-bucket';
export { BATCH_BOUNDS, type Stage, STAGE_BOUNDS_MS, STAGES } from './histogram-bounds';
export { type HistogramCounts, HistogramRecorder } from './histogram-recorder';
export { LaneTotals } from './lane-totals';
export {
  type CandidateCounts,
  type LeaseCounts,
  type ScoringCounts,
  type ScoringSnapshot,
  type ScoringState,
  type StreamCounts,
  type StreamState,
} from './scoring-snapshot';
