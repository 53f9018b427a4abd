import { hostname } from 'node:os';
import { type GridLogger, type GridOptions } from '@nearscore/grid';

/** Which grid, and as whom. */
export interface TransportGridOptions extends Pick<
  GridOptions,
  'members' | 'clusterName' | 'connectTimeoutMs' | 'operationTimeoutMs' | 'tls'
> {
  /** Shown in the members' client lists. Default: host name and process id. */
  readonly clientName?: string;
}

/** As much of Nest's logger as is used. */
export interface TransportLog {
  error(message: string): void;
  warn(message: string): void;
  log(message: string): void;
  debug?(message: string): void;
}

export function toGridOptions(options: TransportGridOptions, log: TransportLog): GridOptions {
  return { ...options, clientName: options.clientName ?? `${hostname()}-${process.pid}`, logger: toGridLogger(log) };
}

/** What the grid's client calls information is for those who look for trouble. */
function toGridLogger(log: TransportLog): GridLogger {
  const text = (fields: object, message: string): string =>
    Object.keys(fields).length === 0 ? message : `${message} ${JSON.stringify(fields)}`;
  return {
    error: (fields, message) => log.error(text(fields, message)),
    warn: (fields, message) => log.warn(text(fields, message)),
    info: (fields, message) => log.debug?.(text(fields, message)),
    debug: () => undefined,
  };
}
