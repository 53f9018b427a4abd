import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelSignature } from '@nearscore/records';
import { ModelRefusedError, type RefusalReason } from '../inference.errors';
import { type InspectionReport } from './inspection-child';
import { watchMemory } from './memory-watch';

export interface InspectionOptions {
  /** From the start of the child to its answer; then it is killed. */
  readonly timeoutMs: number;
  /** Path of a compiled file that calls `answerInspection()`. */
  readonly entry: string;
  /** Resident memory at which the child is killed. Default: four times the file and 512 MiB. Watched on Linux only. */
  readonly maxRssBytes?: number;
}

const MIB = 1024 * 1024;

/**
 * Loads a candidate in a child process of its own, because an ONNX file is a program: it may crash, loop or take all
 * memory. The child has no environment and an empty working directory, so a graph finds no secret and no file.
 * ModelRefusedError when it does not answer with a signature.
 */
export async function inspectModel(onnx: Uint8Array, options: InspectionOptions): Promise<ModelSignature> {
  const cwd = await mkdtemp(join(tmpdir(), 'nearscore-inspection-'));
  const child = startChild(cwd, options.entry);
  try {
    return await answerOf(child, onnx, options);
  } finally {
    child.kill('SIGKILL');
    await rm(cwd, { recursive: true, force: true });
  }
}

function startChild(cwd: string, entry: string): ChildProcess {
  return fork(entry, [], {
    cwd,
    env: {},
    execArgv: ['--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

async function answerOf(child: ChildProcess, onnx: Uint8Array, options: InspectionOptions): Promise<ModelSignature> {
  const { timeoutMs, maxRssBytes = 4 * onnx.byteLength + 512 * MIB } = options;
  const stops: (() => void)[] = [];
  const answer = new Promise<ModelSignature>((resolve, reject) => {
    const refuse = (reason: RefusalReason, message: string): void => reject(new ModelRefusedError(reason, message));
    const deadline = setTimeout(() => refuse('timeout', `The model was not loaded within ${timeoutMs} ms.`), timeoutMs);
    const tooMuch = (): void => refuse('memory', `Loading the model took more than ${maxRssBytes} bytes of memory.`);
    stops.push(() => clearTimeout(deadline), watchMemory(child.pid, maxRssBytes, tooMuch));
    child.on('error', (error) => refuse('crash', `The inspecting process could not be used: ${error.message}`));
    child.once('exit', (code, signal) => refuse('crash', `Loading the model ended the process (${signal ?? code}).`));
    child.on('message', (report: InspectionReport) => {
      if (report.type === 'ready') child.send(onnx, ignoreDeadChild);
      else if (report.type === 'signature') resolve(report.signature);
      else refuse('load', report.message);
    });
  });
  return answer.finally(() => stops.forEach((stop) => stop()));
}

/** A child that died meanwhile is told by its exit. */
function ignoreDeadChild(): void {}
