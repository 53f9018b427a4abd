export type RecordForm = 'floats' | 'compact';

/** What the loader is told at birth, as JSON in its only argument. */
export interface LoaderSetup {
  readonly address: string;
  readonly clusterName: string;
  readonly records: RecordForm;
}

/** Bench → loader. One at a time. */
export type LoadRequest =
  | { readonly type: 'write'; readonly map: string; readonly ratePerSecond: number; readonly seconds: number }
  /** Are the predictions of all keys there, and of a record written at `since` (epoch ms) or later? */
  | { readonly type: 'check'; readonly map: string; readonly since: number }
  | {
      readonly type: 'latency';
      readonly recordMap: string;
      readonly predictionMap: string;
      readonly ratePerSecond: number;
      readonly seconds: number;
    };

export interface WriteAnswer {
  readonly records: number;
  readonly seconds: number;
}

export interface CheckAnswer {
  /** Keys whose prediction is missing or older. */
  readonly missing: number;
}

export interface LatencyAnswer {
  /** From the call of `set` to the listener, ms, ascending. */
  readonly latenciesMs: readonly number[];
  /** Written, but never seen by the listener. */
  readonly unseen: number;
  readonly seconds: number;
}

export type LoadAnswer<R extends LoadRequest> = R extends { type: 'write' }
  ? WriteAnswer
  : R extends { type: 'check' }
    ? CheckAnswer
    : LatencyAnswer;
