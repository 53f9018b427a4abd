import { NearscoreError } from '@nearscore/errors';

export interface StreamBehindDetails {
  readonly stream: string;
  readonly oldestUnscoredSeconds: number;
  readonly maxUnscoredAgeSeconds: number;
  readonly unscoredRecords: number;
  readonly partitionsWithoutLease: number;
  readonly retryAfterSeconds: number;
}

/** Scoring of the stream is too far behind to take more records; nothing of the request was written. */
export class StreamBehindError extends NearscoreError {
  constructor(details: StreamBehindDetails) {
    const { stream, oldestUnscoredSeconds, maxUnscoredAgeSeconds } = details;
    super(
      'STREAM_BEHIND',
      `A record of stream ${stream} has waited ${oldestUnscoredSeconds} s for its prediction, ${maxUnscoredAgeSeconds} s are allowed; nothing was written.`,
      { retriable: true, details: { ...details } },
    );
  }
}
