/** A prediction as an observer saw it. */
export interface SeenPrediction {
  readonly sequence: number;
  /** Of the record's bytes, hexadecimal. */
  readonly fingerprint: string;
  readonly score: number;
}

/** What may happen to a write: done, surely not done, or nobody knows. */
export type WriteOutcome = 'ok' | 'fail' | 'info';

export type HistoryFact =
  /** `version` rises per key; `row` of the example records is what is written. */
  | {
      readonly type: 'write';
      readonly key: string;
      readonly version: number;
      readonly row: number;
      readonly fingerprint: string;
    }
  | { readonly type: WriteOutcome; readonly key: string; readonly version: number; readonly error?: string }
  /** A listener of the prediction map was called. */
  | ({ readonly type: 'seen'; readonly key: string } & SeenPrediction)
  /** The prediction map was asked; no order among these and what the listener sees. */
  | ({ readonly type: 'found'; readonly key: string } & SeenPrediction)
  /** All members are dead: what was in the grid is gone, by design. */
  | { readonly type: 'emptied' }
  | { readonly type: 'fault'; readonly name: string }
  | { readonly type: 'fault-over'; readonly name: string }
  | { readonly type: 'process'; readonly process: string; readonly state: 'up' | 'paused' | 'down' }
  | { readonly type: 'unscored'; readonly records: number; readonly oldestMs: number }
  /** A checkpoint that passed an event without its prediction, or the journal's end. */
  | { readonly type: 'checkpoint-ahead'; readonly what: string }
  /** What lay under a key when all was quiet; version null: no record. */
  | {
      readonly type: 'final';
      readonly key: string;
      readonly version: number | null;
      readonly prediction: SeenPrediction | null;
    };

/** `at`: monotonic ms since the history began; `stream` for what belongs to one. */
export type HistoryEvent = HistoryFact & { readonly at: number; readonly stream?: string };
