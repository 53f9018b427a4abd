import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { childEnvironment } from '@nearscore/config';
import { ProcessStartError } from '../local-cluster.errors';
import { guardGroup, releaseGroup } from './process-guard';
import { openLog, tailOf } from './process-log';
import { type ProcessSpec } from './process-spec';

const PROBE_EVERY_MS = 50;
const TAIL_LINES = 25;

/** How a process ended: `code 1`, `SIGKILL`. */
export type ProcessEnd = string;

/**
 * One operating-system process in a group of its own, so that Ctrl-C in a terminal reaches only its starter, which
 * stops all in order; the guard ends it when the starter cannot.
 */
export class ManagedProcess {
  /** Resolves, never rejects, when the process has ended. */
  readonly ended: Promise<ProcessEnd>;
  private end: ProcessEnd | undefined;

  private constructor(
    readonly spec: ProcessSpec,
    private readonly child: ChildProcess,
  ) {
    this.ended = this.watch();
  }

  /** Starts it and waits until it is ready. Throws ProcessStartError with the tail of its log; nothing is left then. */
  static async start(spec: ProcessSpec, options: { appendLog?: boolean } = {}): Promise<ManagedProcess> {
    const started = ManagedProcess.spawn(spec, options.appendLog ?? false);
    try {
      await started.untilReady();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  /** Starts it and does not wait. */
  static spawn(spec: ProcessSpec, appendLog: boolean): ManagedProcess {
    const log = openLog(spec.logPath, appendLog);
    try {
      const child = spawn(spec.command, spec.args, {
        detached: true,
        stdio: ['ignore', log, log],
        env: childEnvironment(spec.env),
      });
      if (child.pid !== undefined) guardGroup(child.pid);
      return new ManagedProcess(spec, child);
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.end === undefined;
  }

  /** SIGTERM, then SIGKILL after the spec's stop timeout; to the whole group. Resolves when it has ended. */
  async stop(): Promise<void> {
    const timer = new AbortController();
    this.signal('SIGTERM');
    void delay(this.spec.stopTimeoutMs, undefined, { signal: timer.signal }).then(
      () => this.signal('SIGKILL'),
      () => undefined,
    );
    await this.ended;
    timer.abort();
  }

  /** Sends a signal to its whole group and returns at once; a process that has ended is left alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.signalGroup(signal);
  }

  logTail(lines = TAIL_LINES): string {
    return tailOf(this.spec.logPath, lines);
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + this.spec.readyTimeoutMs;
    while (!(await this.spec.isReady())) {
      if (this.end !== undefined) throw this.failure(`ended at its start (${this.end})`);
      if (performance.now() > deadline) throw this.failure(`was not ready after ${this.spec.readyTimeoutMs} ms`);
      await Promise.race([delay(PROBE_EVERY_MS), this.ended]);
    }
    // The probe may have been answered by a stranger that holds the port.
    if (this.end !== undefined) throw this.failure(`ended at its start (${this.end})`);
  }

  private failure(reason: string): ProcessStartError {
    return new ProcessStartError(this.spec.name, reason, this.logTail());
  }

  private async watch(): Promise<ProcessEnd> {
    const end = await endOf(this.child);
    this.end = end;
    // What it started itself does not outlive it.
    this.signalGroup('SIGKILL');
    if (this.child.pid !== undefined) releaseGroup(this.child.pid);
    return end;
  }

  private signalGroup(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function endOf(child: ChildProcess): Promise<ProcessEnd> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal ?? `code ${code}`;
  } catch (error) {
    return `not started: ${(error as Error).message}`;
  }
}
