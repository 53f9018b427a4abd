/** The TypeScript client of Nearscore's gateway, for Node, browsers and whatever else has `fetch`. */
export { NearscoreClient } from './nearscore-client';
export { type ApiCall, type EventCall } from './api-call';
export {
  type CallOptions,
  type FetchLike,
  type HeaderSource,
  type NearscoreClientOptions,
  type RetryOptions,
} from './client.options';
export { type NearscoreStream, type PredictOptions } from './stream/nearscore-stream';
export {
  type ExportedRecord,
  type JsonRecord,
  type KeyedRecord,
  type RecordPlace,
  type StoredRecord,
} from './stream/record';
export {
  type EventPosition,
  type ExportedPrediction,
  type ListenedKey,
  type ListenedPrediction,
  type Prediction,
  type PredictionChange,
  type PredictionRemoval,
} from './stream/prediction';
export { type DeployedCandidate, type DeployedVersion, type StreamField, type StreamView } from './stream/stream-view';
export { type FeedDisconnect, type FeedOptions, type FeedReset } from './feed/feed.options';
export { type ServerSentEvent } from './feed/event-stream-parser';
export { type ImportFailure, type ImportOptions, type ImportProgress, type ImportSummary } from './bulk/import.options';
export { type RecordSource } from './bulk/record-import';
export {
  type ExportedPartition,
  type ExportEnd,
  type ExportOptions,
  type UnreadableEntry,
} from './bulk/export.options';
export {
  type ApiErrorFields,
  ImportAbortedError,
  InvalidKeyError,
  NearscoreApiError,
  NearscoreConnectionError,
  NearscoreError,
  NearscoreTimeoutError,
  PredictionPendingError,
  UnexpectedAnswerError,
} from './client.errors';
