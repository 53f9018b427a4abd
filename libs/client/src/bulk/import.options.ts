import { type ApiErrorFields } from '../client.errors';

/** How far an import is: records by their number in the source, from 1. */
export interface ImportProgress {
  /** Every record up to this one is written, or told as failed, or was skipped. */
  readonly record: number;
  readonly written: number;
  readonly failed: number;
}

/** A record that was refused; the others go on. */
export interface ImportFailure extends Pick<ApiErrorFields, 'code' | 'message' | 'details'> {
  /** Its number in the source, from 1. */
  readonly record: number;
}

export interface ImportSummary extends ImportProgress {
  /** The first 100 records that were refused; `onFailure` is told of all. */
  readonly failures: readonly ImportFailure[];
}

export interface ImportOptions {
  /** So many records of the source are passed over, but counted: to go on with an import that was broken off. Default 0. */
  readonly skip?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Told in order, never twice of the same record. */
  readonly onFailure?: (failure: ImportFailure) => void;
  readonly signal?: AbortSignal;
  /**
   * `stream`: one request for as long as all goes well, its body sent while records come, as Node, Deno and Bun can.
   * `batches`: one request after another, as browsers need it. Default: what the platform can.
   */
  readonly transport?: 'stream' | 'batches';
  /** Text held until the gateway has answered for it: what the import may take of memory. Default 16 Mi. */
  readonly maxUnansweredChars?: number;
}
