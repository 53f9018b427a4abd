// For any Nest app: changes of the grid's maps as events, and records put into them.
export { JournalServer, type JournalServerOptions } from './journal-server.transport';
export { JournalContext } from './journal-context';
export {
  type EventPlace,
  type JournalReset,
  type MapEvent,
  type PredictionEvent,
  type ValueDecoder,
} from './journal-event';
export { JOURNAL, resetOf } from './journal-pattern';
export { RecordClient, type RecordClientOptions, type RecordWritten } from './record-client.transport';
export { type RecordToPut } from './record-to-put';
export { type TransportGridOptions } from './grid-connection';
export { NoHandlerError, PatternRefusedError, RecordRefusedError } from './grid-transport.errors';

// For the inference lanes: journals as batches of views.
export { type LaneContext, LaneServer, type LaneServerOptions, type LaneShadow } from './lane-server.transport';
