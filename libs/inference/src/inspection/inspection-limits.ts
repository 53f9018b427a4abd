import { type ChildProcess } from 'node:child_process';
import { type AdmissionStep } from '../admission/candidate';
import { ModelRefusedError, type RefusalReason } from '../inference.errors';
import { watchMemory } from './memory-watch';

export interface AdmissionOptions {
  /** From the start of the child to its answer; then it is killed. */
  readonly timeoutMs: number;
  /** One run of the model, on at most 512 rows. */
  readonly runTimeoutMs: number;
  /** Path of a compiled file that calls `answerInspection()`. */
  readonly entry: string;
  /** Resident memory at which the child is killed. Default: four times the file and 512 MiB. Watched on Linux only. */
  readonly maxRssBytes?: number;
}

const MIB = 1024 * 1024;

const DOING: Readonly<Record<AdmissionStep | 'start', string>> = {
  start: 'Starting the inspecting process',
  parse: 'Looking through the file',
  load: 'Loading the model',
  probe: 'Scoring probe rows',
  golden: 'Scoring golden rows',
};

/** Time, memory and life of a child process; what breaks them is told with what the child was doing. */
export class InspectionLimits {
  private step: AdmissionStep | 'start' = 'start';
  private rows: number | undefined;
  private run: NodeJS.Timeout | undefined;
  private refuse: (error: ModelRefusedError) => void = () => undefined;
  private readonly stopAll: () => void;

  constructor(
    child: ChildProcess,
    byteLength: number,
    private readonly options: AdmissionOptions,
  ) {
    const { timeoutMs, maxRssBytes = 4 * byteLength + 512 * MIB } = options;
    const deadline = setTimeout(
      () => this.broken('timeout', `did not end in time: ${timeoutMs} ms for all`),
      timeoutMs,
    );
    const tooMuch = (): void => this.broken('memory', `took more than ${maxRssBytes} bytes of memory`);
    const unwatch = watchMemory(child.pid, maxRssBytes, tooMuch);
    child.on('error', (error) => this.broken('crash', `failed: ${error.message}`));
    child.once('exit', (code, signal) => this.broken('crash', `ended the process (${signal ?? code})`));
    this.stopAll = () => {
      clearTimeout(deadline);
      clearTimeout(this.run);
      unwatch();
    };
  }

  onExceeded(refuse: (error: ModelRefusedError) => void): void {
    this.refuse = refuse;
  }

  /** @param rows of one run of the model, which has a limit of its own */
  enter(step: AdmissionStep, rows: number | undefined): void {
    const { runTimeoutMs } = this.options;
    this.step = step;
    this.rows = rows;
    clearTimeout(this.run);
    if (rows === undefined) return;
    this.run = setTimeout(() => this.broken('timeout', `did not end within ${runTimeoutMs} ms`), runTimeoutMs);
  }

  stop(): void {
    this.stopAll();
  }

  private broken(reason: RefusalReason, problem: string): void {
    const { step, rows } = this;
    const doing = rows === undefined ? DOING[step] : `${DOING[step]}, ${rows} at once,`;
    this.refuse(new ModelRefusedError(reason, `${doing} ${problem}.`, { step, ...(rows !== undefined && { rows }) }));
  }
}
