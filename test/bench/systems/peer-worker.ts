import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessSpec, projectPath } from '@nearscore/local-cluster';
import { logPath } from './log-path';

// Room for a few batches' garbage, as Nearscore's lanes have it.
const FLAGS = ['--max-semi-space-size=32'];
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/** A peer's TypeScript worker: `test/bench/peers/<main>`, told its setup as JSON, ready when it says so. */
export function peerWorker(name: string, main: string, setup: object): ProcessSpec {
  const log = logPath(name);
  const register = projectPath('test', 'fixtures', 'typescript-register.cjs');
  return {
    name: `bench-${name}`,
    command: process.execPath,
    args: [...FLAGS, '-r', register, join(__dirname, '..', 'peers', main), JSON.stringify(setup)],
    logPath: log,
    isReady: async () => says(log, 'ready'),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  };
}

/** Whether a line of the log is just this. */
export function says(log: string, word: string): boolean {
  return readFileSync(log, 'utf8').split('\n').includes(word);
}
