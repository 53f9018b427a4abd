import { type ProcessEnd } from './managed-process';

/** What a starter may tell while processes come and go. */
export type ProcessEvent =
  | { readonly type: 'starting'; readonly process: string }
  | { readonly type: 'ready'; readonly process: string; readonly afterMs: number }
  /** It ended unasked (or did not get ready again) and is started again after `restartInMs`. */
  | {
      readonly type: 'died';
      readonly process: string;
      readonly end: ProcessEnd;
      readonly restartInMs: number;
      readonly logPath: string;
    }
  | { readonly type: 'restarted'; readonly process: string; readonly afterMs: number }
  | { readonly type: 'stopping'; readonly process: string };

export type ProcessReporter = (event: ProcessEvent) => void;
