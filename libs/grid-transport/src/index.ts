export { NoHandlerError } from './grid-transport.errors';
export { type LaneContext, LaneServer, type LaneServerOptions } from './lane-server.transport';
