import { EventEmitter, once } from 'node:events';
import { pino, type DestinationStream, type Logger as PinoLogger, symbols } from 'pino';

export type Logger = PinoLogger;

/** Memory that unwritten lines may take while stdout is blocked; lines beyond it are dropped, the process goes on. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Nobody waits longer for a last line to be written: stdout may be blocked for ever. */
const LAST_LINE_MS = 1_000;

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

/**
 * To be awaited before the process ends itself at once. Lines are written by another thread, also a fatal one: pino flushes
 * what waits behind a write, not the write that is under way. Resolves when the line that was just logged is written, after a
 * second at the latest.
 */
export async function lastLineWritten(logger: Logger): Promise<void> {
  const stream: unknown = (logger as unknown as Record<symbol, unknown>)[symbols.streamSym];
  if (!(stream instanceof EventEmitter)) return;
  await once(stream, 'drain', { signal: AbortSignal.timeout(LAST_LINE_MS) }).catch(() => undefined);
}

function stdout(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
}
