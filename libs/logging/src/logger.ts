import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Memory that unwritten lines may take while stdout is blocked; lines beyond it are dropped, the process goes on. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * A logger that writes one JSON object per line: `time` (ISO), `level`, `name`, `msg` and the fields given.
 * @param destination default: stdout, written without blocking the thread
 */
export function createLogger(name: string, level: string, destination: DestinationStream = stdout()): Logger {
  const options = {
    name,
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

function stdout(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
}
