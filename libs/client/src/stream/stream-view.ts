/** A stream as the gateway shows it. */
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
    /** Scores beside the live version; null, or missing: none. */
    readonly candidate?: DeployedCandidate | null;
    /** What was live before; null, or missing: nothing. */
    readonly previous?: DeployedVersion | null;
    /** ISO 8601 */
    readonly updatedAt: string;
  };
  readonly counts: { readonly records: number; readonly predictions: number; readonly parked: number };
  readonly lag: {
    readonly unscoredRecords: number;
    readonly oldestUnscoredSeconds: number;
    /** The age at which the gateway refuses records; 0 = never. */
    readonly maxUnscoredAgeSeconds: number;
    readonly partitionsWithoutLease: number;
    /** null while no journal overwrites anything */
    readonly journalHeadroomSeconds: number | null;
  };
  readonly rate: { readonly scoredPerSecond: number };
  /** Partitions in which no prediction is left that is to be made again after a rollout; null, or missing: none is, or nobody knows yet. */
  readonly rescored?: { readonly partitions: number; readonly of: number } | null;
  /** What a record of the stream has. */
  readonly fields: readonly StreamField[];
}

export interface DeployedVersion {
  readonly model: string;
  readonly version: number;
}

export interface DeployedCandidate extends DeployedVersion {
  /** split: its share of the keys is answered by it. shadow: it scores all, and answers none. */
  readonly mode: 'split' | 'shadow';
  /** Of the keys */
  readonly percent: number;
}

export interface StreamField {
  readonly name: string;
  /** `float32`, `int64`, `string` … */
  readonly kind: string;
  /** May be null or absent: the model has a default for it. */
  readonly nullable: boolean;
}
