import { dirname } from 'node:path';
import { answersPing } from '../probes/socket-probe';
import { type ProcessSpec } from '../process/process-spec';

export interface RedisOptions {
  readonly name: string;
  readonly binary: string;
  readonly port: number;
  readonly logPath: string;
}

const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Redis on the loopback interface, in memory only: every duty in a queue can be rebuilt from the grid. `noeviction`,
 * because a queue must refuse rather than forget.
 */
export function redisCommand({ name, binary, port, logPath }: RedisOptions): ProcessSpec {
  const settings: [string, string][] = [
    ['port', String(port)],
    ['bind', '127.0.0.1'],
    ['save', ''],
    ['appendonly', 'no'],
    ['maxmemory-policy', 'noeviction'],
    ['dir', dirname(logPath)],
  ];
  return {
    name,
    command: binary,
    args: settings.flatMap(([setting, value]) => [`--${setting}`, value]),
    logPath,
    isReady: () => answersPing('127.0.0.1', port),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };
}
