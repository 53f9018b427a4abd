/** A rollout as `GET /v1/rollouts/{id}` shows it. Times are ISO 8601. */
export interface RolloutView {
  /** `<stream>.<number>` */
  readonly id: string;
  readonly stream: string;
  readonly kind: 'rollout' | 'rollback';
  /** null: nothing was deployed before. */
  readonly from: VersionView | null;
  readonly to: VersionView;
  readonly strategy: StrategyView;
  readonly rescore: boolean;
  readonly state: string;
  /** Index of the strategy's step. */
  readonly step: number;
  /** Of the whole, 0 to 100. */
  readonly percent: number;
  readonly epoch: number;
  readonly nodes: readonly RolloutNodeView[];
  /** What guards were judged by; null: nothing yet. */
  readonly figures: FiguresView | null;
  /** Why it was aborted or rolled back. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly by: string | null;
  readonly startedAt: string;
  readonly changedAt: string;
  /** null: it is under way. */
  readonly endedAt: string | null;
}

export interface VersionView {
  readonly model: string;
  readonly version: number;
  readonly sha256: string;
}

export interface RolloutNodeView {
  readonly node: string;
  /** PREPARING, PREPARED, COMMITTED, SETTLED, FAILED, GONE */
  readonly state: string;
  readonly reason: string | null;
}

export type StrategyView =
  | { readonly type: 'all-at-once' | 'shadow' }
  | { readonly type: 'ab'; readonly percent: number }
  | { readonly type: 'canary'; readonly steps: readonly { readonly percent: number; readonly holdSeconds: number }[] };

export interface FiguresView {
  readonly samples: number;
  readonly errorRate: number | null;
  readonly liveErrorRate: number | null;
  readonly runP99Ms: number | null;
  readonly liveRunP99Ms: number | null;
  readonly psi: number | null;
}

export function isEnded({ endedAt }: Pick<RolloutView, 'endedAt'>): boolean {
  return endedAt !== null;
}
