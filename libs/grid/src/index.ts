// Client: ordinary work over hazelcast-client.
export { connectGrid } from './client/connect-grid';
export { pauseClusterViewRetries } from './client/cluster-view-guard';
export {
  checkFeatureMap,
  type ConfiguredMembers,
  featureMapFault,
  type SettingFault,
  vanishingFault,
} from './client/feature-map-check';
export { findMapSettings, type MapSettings } from './client/map-settings';
export { type Grid, type GridMember, type ReconnectEvent } from './client/grid';
export { type EntryFilter, type EntryListeners, type GridMap, type PageOptions } from './client/grid-map';
export { type PartitionTable } from './client/partition-table';
export {
  type DecodedRecord,
  type RecordContent,
  type RecordField,
  type RecordFieldValues,
  type RecordMap,
} from './client/record-map';
export { type CompactSerializerLike, type GridLogger, type GridOptions, type GridTlsOptions } from './grid.options';
export {
  FeatureMapSettingsError,
  GridOperationError,
  GridUnavailableError,
  GridValueError,
  UnknownOutcomeError,
} from './grid.errors';

// Journal: partitions followed, batches handed over, checkpoints kept. Plain code over the ports FollowerGrid and FollowerClock.
export { type FollowerClock, systemClock } from './journal/follower-clock';
export {
  type BatchHandler,
  type FollowerPorts,
  JournalFollower,
  type JournalFollowerOptions,
  type LeaseNews,
  type RecordToPark,
  type StreamStatus,
} from './journal/journal-follower';
export { fingerprintText, parseFingerprint } from './journal/fingerprint-text';
export { type Fingerprint, type PredictionStamp, type RecordIdentity } from './journal/record-identity';
export {
  type FollowedStream,
  type FollowerGrid,
  type ChannelOperation,
  type EntryWritten,
  type FoundEntries,
  type PartitionChannel,
  type PartitionListener,
  type ScannedMap,
  type ScanPage,
  type ScanPosition,
} from './journal/partition-channel';
export { type FollowerNews } from './journal/follower-lane';
export { type PartitionTenure } from './journal/partition-tenure';
export { ShadowMap } from './journal/shadow-map';
export { type RetryOutcome, type RetryRequest } from './journal/key-retries';
export { type UnparkedKey } from './journal/parked-keys';
export { type LeaseStatus } from './journal/lease-book';
export { marginOf } from './journal/lease-terms';
export { type BatchSegment, RecordBatch, ROW, type RowFailure } from './journal/record-batch';
export { type StreamProgress } from './journal/stream-progress';
export {
  CheckpointFormatError,
  decodePartitionEntry,
  encodePartitionEntry,
  type PartitionEntry,
  type StreamCheckpoint,
} from './journal/partition-entry.codec';

// Reading: journals and entries of any map, partition by partition.
export { type JournalEvent, type JournalRun } from './reading/journal-run';
export {
  JournalTail,
  type JournalTailOptions,
  type ResetReason,
  type TailNews,
  type TailStart,
} from './reading/journal-tail';
export {
  type EntryPage,
  type JournalRange,
  type MapEntry,
  type MapReader,
  OwnerChangedError,
  type ReadOptions,
} from './reading/map-reader';
export { PartitionAccess, type PartitionAccessOptions } from './reading/partition-access';

// Consumers: groups that share the journals of any map. At least once, in order per key.
export {
  type ConsumedEvents,
  type ConsumerBatch,
  type ConsumerHandler,
  type ConsumerNews,
  type ConsumerReset,
} from './consumer/consumer-batch';
export { type ConsumerStart } from './consumer/consumed-journal';
export { ConsumerOptionsError, NoJournalError } from './consumer/consumer.errors';
export { type ConsumerOptions } from './consumer/consumer.options';
export { type RunningConsumer, startConsumer } from './consumer/start-consumer';

// Ownership: which node and lane scores which partition. Pure.
export { assignAll, assignPartitions, type LiveNode } from './ownership/partition-assignment';
export { spreadOverLanes } from './ownership/lane-spread';
export { type NodeBeat, NodeWatch } from './ownership/node-watch';

// Wire: the lean connection of the hot path.
export { type MemberAddress } from './wire/member-link';
export { type SchemaReply } from './wire/messages/client-fetch-schema.codec';
export { WIRE_DEFAULTS, type WireConnectionOptions } from './wire/wire-connection';
export { CHECKPOINT_MAP, WireGrid, type WireGridEvents, type WireGridOptions } from './wire/wire-grid';
export {
  MalformedMessageError,
  MapDestroyedError,
  MemberError,
  MessageTooLargeError,
  WireAuthenticationError,
  WireConnectionError,
} from './wire/wire.errors';
