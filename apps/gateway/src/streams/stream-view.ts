import { type FeatureField } from '@nearscore/records';
import {
  type DeployedCandidate,
  type DeployedRetries,
  type Deployment,
  type VersionReference,
} from '@nearscore/registry';
import { type StreamLag } from '../back-pressure/stream-lags';
import { type StreamDefinition } from './stream-catalog';

export interface StreamCounts {
  readonly records: number;
  readonly predictions: number;
  readonly parked: number;
}

/** What scores a stream, and how, on the wire. */
export interface DeploymentView {
  readonly model: string;
  readonly version: number;
  /** Of the stored ONNX file; null where an older software deployed it. */
  readonly sha256: string | null;
  readonly epoch: number;
  readonly featureMap: string;
  readonly predictionMap: string;
  /** null = none */
  readonly candidate: DeployedCandidate | null;
  /** What was live before; null = nothing */
  readonly previous: VersionReference | null;
  /** The rollout, and the step of it, that made this epoch; null = deployed by hand */
  readonly rollout: { readonly id: string; readonly step: number } | null;
  /** Predictions of older epochs are made again; null = they stay */
  readonly rescoreBefore: number | null;
  /** null = as the gateway says */
  readonly maxUnscoredAgeSeconds: number | null;
  /** null = as the nodes say, and so is what it leaves out */
  readonly retries: DeployedRetries | null;
  /** ISO 8601 */
  readonly updatedAt: string;
}

/** A stream on the wire. */
export interface StreamView {
  readonly stream: string;
  readonly deployment: DeploymentView;
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
  /**
   * Partitions in which no prediction older than `deployment.rescoreBefore` is left, but of records that cannot be scored any more;
   * null = older ones stay, or no node has told yet
   */
  readonly rescored: { readonly partitions: number; readonly of: number } | null;
  readonly fields: readonly FeatureField[];
}

/** What the grid counts, and what the nodes said with their last heartbeat. */
export function toStreamView(
  { deployment, fields }: StreamDefinition,
  counts: StreamCounts,
  lag: StreamLag,
  maxUnscoredAgeSeconds: number,
): StreamView {
  return {
    stream: deployment.stream,
    deployment: toDeploymentView(deployment),
    counts,
    lag: {
      unscoredRecords: lag.unscoredRecords,
      oldestUnscoredSeconds: lag.oldestUnscoredMs / 1000,
      maxUnscoredAgeSeconds,
      partitionsWithoutLease: lag.partitionsWithoutLease,
      journalHeadroomSeconds: lag.headroomSeconds,
    },
    rate: { scoredPerSecond: lag.scoredPerSecond },
    rescored: rescoredOf(deployment, lag),
    fields,
  };
}

/** What nodes say of what was asked for before says nothing. */
function rescoredOf({ rescoreBefore }: Deployment, { rescored }: StreamLag): StreamView['rescored'] {
  if (!rescored || rescored.before !== rescoreBefore) return null;
  return { partitions: rescored.partitions, of: rescored.of };
}

function toDeploymentView({
  model,
  version,
  epoch,
  featureMap,
  predictionMap,
  ...deployment
}: Deployment): DeploymentView {
  const { sha256 = null, candidate = null, previous = null, rollout = null, rescoreBefore = null } = deployment;
  const { maxUnscoredAgeSeconds = null, retries = null, updatedAt } = deployment;
  return {
    ...{ model, version, sha256, epoch, featureMap, predictionMap },
    ...{ candidate, previous, rollout, rescoreBefore },
    ...{ maxUnscoredAgeSeconds, retries, updatedAt: new Date(updatedAt).toISOString() },
  };
}
