import { messageOf } from '@nearscore/errors';
import { ModelConfigError, type ModelConfigIssue } from '@nearscore/records';
import { type AdmissionStep, type Candidate, type Examination } from '../admission/candidate';
import { examine } from '../admission/examination';
import { ModelRefusedError, type RefusalReason } from '../inference.errors';

/** What the child says: ready, then what it is about to do, then its one answer. */
export type InspectionReport =
  | { readonly type: 'ready' }
  /** `rows`: of one run of the model. */
  | { readonly type: 'step'; readonly step: AdmissionStep; readonly rows?: number | undefined }
  | { readonly type: 'examined'; readonly examination: Examination }
  | {
      readonly type: 'refused';
      readonly reason: RefusalReason;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'config'; readonly issues: readonly ModelConfigIssue[] };

/**
 * The child's side of `admitModel`: an app compiles a one-line entry file that calls it. Takes one candidate over IPC,
 * answers, and ends.
 */
export function answerInspection(): void {
  process.once('message', (candidate: Candidate) => {
    void inspect(candidate)
      .then(report)
      .then(() => process.disconnect());
  });
  void report({ type: 'ready' });
}

async function inspect(candidate: Candidate): Promise<InspectionReport> {
  try {
    const examination = await examine(candidate, (step, rows) => report({ type: 'step', step, rows }));
    return { type: 'examined', examination };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): InspectionReport {
  if (error instanceof ModelConfigError) return { type: 'config', issues: error.issues };
  if (!(error instanceof ModelRefusedError)) {
    return { type: 'refused', reason: 'load', message: messageOf(error), details: {} };
  }
  return { type: 'refused', reason: error.reason, message: error.message, details: error.details };
}

/** Resolves once it is written: what comes next may block the thread for ever. */
function report(what: InspectionReport): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send?.(what, () => resolve())) resolve();
  });
}
