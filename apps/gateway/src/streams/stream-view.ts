import { type FeatureField } from '@nearscore/records';
import { type StreamLag } from '../back-pressure/stream-lags';
import { type StreamDefinition } from './stream-catalog';

export interface StreamCounts {
  readonly records: number;
  readonly predictions: number;
  readonly parked: number;
}

/** A stream on the wire. */
export interface StreamView {
  readonly stream: string;
  readonly deployment: {
    readonly model: string;
    readonly version: number;
    readonly epoch: number;
    readonly featureMap: string;
    readonly predictionMap: string;
    /** null = as the gateway says */
    readonly maxUnscoredAgeSeconds: number | null;
    /** ISO 8601 */
    readonly updatedAt: string;
  };
  readonly counts: StreamCounts;
  readonly lag: {
    readonly unscoredRecords: number;
    readonly oldestUnscoredSeconds: number;
    /** The age at which this gateway refuses records; 0 = never. */
    readonly maxUnscoredAgeSeconds: number;
    /** Partitions that nobody scores for this stream. */
    readonly partitionsWithoutLease: number;
    /** Until a journal overwrites what was not read, at the present rate; null while none overwrites. */
    readonly journalHeadroomSeconds: number | null;
  };
  readonly rate: { readonly scoredPerSecond: number };
  readonly fields: readonly FeatureField[];
}

/** What the grid counts, and what the nodes said with their last heartbeat. */
export function toStreamView(
  { deployment, fields }: StreamDefinition,
  counts: StreamCounts,
  lag: StreamLag,
  maxUnscoredAgeSeconds: number,
): StreamView {
  const { stream, model, version, epoch, featureMap, predictionMap, updatedAt } = deployment;
  return {
    stream,
    deployment: {
      ...{ model, version, epoch, featureMap, predictionMap },
      maxUnscoredAgeSeconds: deployment.maxUnscoredAgeSeconds ?? null,
      updatedAt: new Date(updatedAt).toISOString(),
    },
    counts,
    lag: {
      unscoredRecords: lag.unscoredRecords,
      oldestUnscoredSeconds: lag.oldestUnscoredMs / 1000,
      maxUnscoredAgeSeconds,
      partitionsWithoutLease: lag.partitionsWithoutLease,
      journalHeadroomSeconds: lag.headroomSeconds,
    },
    rate: { scoredPerSecond: lag.scoredPerSecond },
    fields,
  };
}
