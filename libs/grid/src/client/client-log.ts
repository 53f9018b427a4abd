import { type ILogger, LogLevel } from 'hazelcast-client';
import { type GridLogger } from '../grid.options';

const SILENT: GridLogger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

/** The client's log, in ours. The client's INFO is another library's chatter: it becomes debug. */
export class ClientLog implements ILogger {
  constructor(private readonly logger: GridLogger = SILENT) {}

  log(level: LogLevel, source: string, message: string, furtherInfo: unknown): void {
    if (level === LogLevel.ERROR) this.error(source, message, furtherInfo);
    else if (level === LogLevel.WARN) this.warn(source, message, furtherInfo);
    else if (level !== LogLevel.OFF) this.debug(source, message, furtherInfo);
  }

  error(source: string, message: string, furtherInfo?: unknown): void {
    this.logger.error(fieldsOf(source, furtherInfo), message);
  }

  warn(source: string, message: string, furtherInfo?: unknown): void {
    this.logger.warn(fieldsOf(source, furtherInfo), message);
  }

  info(source: string, message: string, furtherInfo?: unknown): void {
    this.debug(source, message, furtherInfo);
  }

  debug(source: string, message: string, furtherInfo?: unknown): void {
    this.logger.debug(fieldsOf(source, furtherInfo), message);
  }

  /** Frame by frame: nothing that a log should keep. */
  trace(): void {}
}

function fieldsOf(source: string, furtherInfo: unknown): object {
  return furtherInfo instanceof Error ? { source, err: furtherInfo } : { source };
}
