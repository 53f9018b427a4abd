export type RecordForm = 'floats' | 'compact';

/** Where records are written, and where their predictions are looked for. */
export type LoadTarget =
  | {
      readonly kind: 'grid';
      /** host:port */
      readonly address: string;
      readonly clusterName: string;
      readonly recordMap: string;
      /** undefined: nobody scores them. */
      readonly predictionMap: string | undefined;
    }
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: 'kafka'; readonly address: string; readonly partitions: number };

/** The maps of one stream. */
export interface StreamMaps {
  readonly recordMap: string;
  readonly predictionMap: string;
}

/** Other records than the usual: how many, how wide, over which streams. */
export interface RecordPool {
  /** Of all streams together; whole thousands. */
  readonly keys: number;
  /** float32 of each record. */
  readonly width: number;
  /** Every call goes to the next of them. */
  readonly streams: readonly StreamMaps[];
}

/** What the loader is told at birth, as JSON in its only argument. */
export interface LoaderSetup {
  readonly target: LoadTarget;
  readonly records: RecordForm;
  /** Grids: records are made and serialized in each call, as an application does; otherwise once. */
  readonly fresh?: boolean;
  /** Grids: these records, as floats; each write goes on behind the keys of the last one. */
  readonly pool?: RecordPool;
}

/** Bench → loader. One at a time. */
export type LoadRequest =
  | {
      readonly type: 'write';
      readonly recordsPerCall: number;
      readonly ratePerSecond: number;
      readonly seconds: number;
    }
  /** Writes in bulk as fast as records are scored, until both so many seconds and so many records are over. */
  | { readonly type: 'flood'; readonly seconds: number; readonly records: number }
  /** Do `keys` keys, from the first of the last write on, have a prediction made at `since` (epoch ms) or later? */
  | { readonly type: 'check'; readonly since: number; readonly keys: number }
  /** Of the first `keys` keys. */
  | { readonly type: 'scores'; readonly keys: number }
  | { readonly type: 'latency'; readonly ratePerSecond: number; readonly seconds: number };

export interface WriteAnswer {
  readonly records: number;
  /** Flood: until the last record was scored. */
  readonly seconds: number;
}

export interface CheckAnswer {
  /** Keys whose prediction is missing or older. */
  readonly missing: number;
}

export interface ScoresAnswer {
  /** Of every key that was asked for; NaN: it has no prediction. */
  readonly scores: Float32Array;
}

export interface LatencyAnswer {
  /** From the call of `set` to the listener, ms, ascending. */
  readonly latenciesMs: readonly number[];
  /** Written, but never seen by the listener. */
  readonly unseen: number;
  readonly seconds: number;
}

interface Answers {
  readonly write: WriteAnswer;
  readonly flood: WriteAnswer;
  readonly check: CheckAnswer;
  readonly scores: ScoresAnswer;
  readonly latency: LatencyAnswer;
}

export type LoadAnswer<R extends LoadRequest> = Answers[R['type']];
