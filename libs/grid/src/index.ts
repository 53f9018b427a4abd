// Client: ordinary work over hazelcast-client.
export { connectGrid } from './client/connect-grid';
export { checkFeatureMap } from './client/feature-map-check';
export { type Grid, type GridMember, type ReconnectEvent } from './client/grid';
export { type EntryListeners, type GridMap, type PageOptions } from './client/grid-map';
export { type PartitionTable } from './client/partition-table';
export { type RecordContent, type RecordField, type RecordFieldValues, type RecordMap } from './client/record-map';
export { type CompactSerializerLike, type GridLogger, type GridOptions, type GridTlsOptions } from './grid.options';
export {
  FeatureMapSettingsError,
  GridOperationError,
  GridUnavailableError,
  GridValueError,
  UnknownOutcomeError,
} from './grid.errors';
