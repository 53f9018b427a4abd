import { ManagedProcess, type ProcessEnd, type ProcessSpec, projectPath } from '@nearscore/local-cluster';
import { uniqueName } from './unique-name';

/** What every process of a test can do. */
export interface TestProcess {
  readonly pid: number;
  readonly logPath: string;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<ProcessEnd>;
  isRunning(): boolean;
  /** To it and what it started; default SIGKILL. SIGSTOP and SIGCONT pause it. Resolves at once. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal (default SIGKILL) and waits until it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
  /** The end of its log. */
  logTail(lines?: number): string;
}

export async function startProcess(spec: ProcessSpec): Promise<TestProcess> {
  return toTestProcess(await ManagedProcess.start(spec));
}

/** Where the log of a process of a test goes. */
export function testLogPath(name: string): string {
  return projectPath('.cache', 'logs', 'tests', `${uniqueName(name)}.log`);
}

function toTestProcess(process: ManagedProcess): TestProcess {
  return {
    pid: process.pid,
    logPath: process.spec.logPath,
    ended: process.ended,
    isRunning: () => process.isRunning,
    signal: (signal) => process.signal(signal),
    kill: async (signal = 'SIGKILL') => {
      process.signal(signal);
      await process.ended;
    },
    stop: () => process.stop(),
    logTail: (lines) => process.logTail(lines),
  };
}
