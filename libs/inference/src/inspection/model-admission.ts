import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelConfigError } from '@nearscore/records';
import { type Candidate, type Examination } from '../admission/candidate';
import { applySplices } from '../admission/splices';
import { ModelRefusedError } from '../inference.errors';
import { type InspectionReport } from './inspection-child';
import { type AdmissionOptions, InspectionLimits } from './inspection-limits';

/** A candidate that may become a version. */
export interface Admission extends Omit<Examination, 'splices'> {
  /** The file to store: as it came, or with its ZipMaps lowered. */
  readonly onnx: Uint8Array;
  /** From the start of the child to its answer. */
  readonly totalMs: number;
}

/**
 * Examines a candidate in a child process of its own, because an ONNX file is a program: it may crash, loop or take all
 * memory, and looking through a hostile one costs time that this process has not. The child has no environment and an empty
 * working directory, so a graph finds no secret and no file. ModelRefusedError, or ModelConfigError where model.json and
 * graph disagree.
 */
export async function admitModel(candidate: Candidate, options: AdmissionOptions): Promise<Admission> {
  const start = performance.now();
  const cwd = await mkdtemp(join(tmpdir(), `nearscore-inspection-${process.pid}-`));
  const child = startChild(cwd, options.entry);
  try {
    const { splices, ...examination } = await answerOf(child, candidate, options);
    const onnx = applySplices(candidate.onnx, splices);
    return { ...examination, onnx, totalMs: Math.round(performance.now() - start) };
  } finally {
    child.kill('SIGKILL');
    await rm(cwd, { recursive: true, force: true });
  }
}

function startChild(cwd: string, entry: string): ChildProcess {
  const child = fork(entry, [], {
    cwd,
    env: {},
    execArgv: ['--max-old-space-size=256'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  giveWay(child.pid);
  return child;
}

/** Nobody waits for an upload as records wait for their scores. Threads that it starts later are as low as it is. */
function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  const low = constants.priority.PRIORITY_BELOW_NORMAL;
  try {
    if (getPriority(pid) < low) setPriority(pid, low);
  } catch {
    // Where a sandbox forbids it, it is as important as its parent.
  }
}

async function answerOf(child: ChildProcess, candidate: Candidate, options: AdmissionOptions): Promise<Examination> {
  const limits = new InspectionLimits(child, candidate.onnx.byteLength, options);
  const answer = new Promise<Examination>((resolve, reject) => {
    limits.onExceeded(reject);
    child.on('message', (report: InspectionReport) => {
      if (report.type === 'ready') child.send(candidate, ignoreDeadChild);
      else if (report.type === 'step') limits.enter(report.step, report.rows);
      else if (report.type === 'examined') resolve(report.examination);
      else if (report.type === 'config') reject(new ModelConfigError(report.issues));
      else reject(new ModelRefusedError(report.reason, report.message, report.details));
    });
  });
  return answer.finally(() => limits.stop());
}

/** A child that died meanwhile is told by its exit. */
function ignoreDeadChild(): void {}
