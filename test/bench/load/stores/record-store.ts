/** A prediction as a reader of the store sees it. */
export interface StoredPrediction {
  readonly score: number;
  /** epoch ms */
  readonly scoredAt: number;
}

/** A system from outside: how its users write records and read predictions. Keys are numbers of the record pool. */
export interface RecordStore {
  /** Of one record, that may be open at once, where a call waits for others by design. */
  readonly maxOpenCalls?: number;
  /** One call with `count` records of the pool from `first` on; resolves when they are acknowledged. */
  write(first: number, count: number): Promise<unknown>;
  /** In the order of the keys; undefined: there is none. */
  predictions(keys: readonly number[]): Promise<(StoredPrediction | undefined)[]>;
  /** Calls `seen` for every prediction that is stored from now on. Returns what ends that. */
  listen(seen: (key: number) => void): Promise<() => Promise<unknown>>;
  /** Ends reading that would cost the system something while it is metered. */
  rest?(): Promise<void>;
}
