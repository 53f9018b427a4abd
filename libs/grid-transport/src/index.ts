export { NoHandlerError } from './grid-transport.errors';
export { type JournalContext, JournalServer, type JournalServerOptions } from './journal-server.transport';
