import { setTimeout as delay } from 'node:timers/promises';
import { ManagedProcess } from './managed-process';
import { type ProcessReporter } from './process-event';
import { type ProcessSpec } from './process-spec';
import { RestartDelay } from './restart-delay';

/** A process that is started again, with growing pauses, whenever it ends unasked. */
export class SupervisedProcess {
  private readonly stopping = new AbortController();
  private readonly restartDelay = new RestartDelay();
  private startedAt = performance.now();
  private supervision: Promise<void> | undefined;
  private current: ManagedProcess;

  /** Starts it; nobody watches over it before `untilReady` has resolved. */
  constructor(
    private readonly spec: ProcessSpec,
    private readonly report: ProcessReporter,
  ) {
    report({ type: 'starting', process: spec.name });
    this.current = ManagedProcess.spawn(spec, false);
  }

  get name(): string {
    return this.spec.name;
  }

  /** Of the process that runs now. */
  get pid(): number {
    return this.current.pid;
  }

  /** Throws ProcessStartError when it ends or does not get ready: a first start that fails is a fault to be told. */
  async untilReady(): Promise<void> {
    await this.current.untilReady();
    this.report({ type: 'ready', process: this.name, afterMs: this.ranMs });
    this.supervision = this.supervise();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.current.isRunning) this.report({ type: 'stopping', process: this.name });
    await this.current.stop();
    await this.supervision;
  }

  /** Cuts a stop short. */
  kill(): void {
    this.stopping.abort();
    this.current.signal('SIGKILL');
  }

  private get ranMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  private async supervise(): Promise<void> {
    for (;;) {
      const end = await this.current.ended;
      if (this.stopping.signal.aborted) return;
      const restartInMs = this.restartDelay.next(this.ranMs);
      this.report({ type: 'died', process: this.name, end, restartInMs, logPath: this.spec.logPath });
      await this.pause(restartInMs);
      if (this.stopping.signal.aborted) return;
      await this.restart();
    }
  }

  /** When it fails, the process has ended, and the loop above sees that. */
  private async restart(): Promise<void> {
    this.startedAt = performance.now();
    this.current = ManagedProcess.spawn(this.spec, true);
    try {
      await this.current.untilReady();
      this.report({ type: 'restarted', process: this.name, afterMs: this.ranMs });
    } catch {
      await this.current.stop();
    }
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
