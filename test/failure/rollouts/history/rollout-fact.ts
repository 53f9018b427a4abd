export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/** A prediction as it lies in its map's journal. */
export interface SeenPrediction extends VersionName {
  readonly key: string;
  readonly partition: number;
  /** In the journal of the prediction map. */
  readonly position: number;
  readonly epoch: number;
  /** In the journal of the feature map: of the record that was scored. */
  readonly sequence: number;
  /** Of that record's bytes. */
  readonly fingerprint: bigint;
  readonly score: number;
  /** Epoch ms by the node's clock: the same machine's as everyone's here. */
  readonly scoredAt: number;
  /** History ms; it is judged later. */
  readonly arrivedAt: number;
}

/** A version that answers for some of the keys. */
export interface SplitVersion extends VersionName {
  readonly percent: number;
  /** The same in all steps of one rollout. */
  readonly salt: string;
}

export type RolloutFact =
  /** Every write has bytes of its own; `row` of the example records is what the model sees of them. */
  | { readonly type: 'write'; readonly key: string; readonly row: number; readonly fingerprint: bigint }
  /** ok: it is there. info: nobody knows. */
  | { readonly type: 'ok' | 'info'; readonly key: string; readonly fingerprint: bigint }
  | ({ readonly type: 'seen' } & SeenPrediction)
  /** The deployment's entry as it was read. committedAt: epoch ms, before the change was made. */
  | {
      readonly type: 'deployed';
      readonly epoch: number;
      readonly live: VersionName;
      readonly candidate: SplitVersion | null;
      readonly sha256: string | null;
      readonly committedAt: number;
    }
  /** A rollout's entry said that all nodes score with this epoch. settledAt: epoch ms, after they had said so. */
  | { readonly type: 'settled'; readonly epoch: number; readonly settledAt: number }
  /** The prediction journals' ends by partition, read when this epoch was known to be settled. */
  | { readonly type: 'ends'; readonly epoch: number; readonly ends: readonly number[] }
  | { readonly type: 'rollout'; readonly id: string; readonly state: string; readonly step: number }
  | { readonly type: 'fault'; readonly name: string }
  | { readonly type: 'process'; readonly process: string; readonly state: 'up' | 'paused' | 'down' }
  /** Predictions that the checker did not get to see: what it says is worth nothing. */
  | { readonly type: 'blind'; readonly what: string };
