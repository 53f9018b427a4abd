export {
  GoldenRowsError,
  ModelLoadError,
  ModelRefusedError,
  ModelRunError,
  type RefusalReason,
} from './inference.errors';

// Scoring: on lanes, because loading and running block the thread.
export { createScoringSession, type ScoringSession } from './session/scoring-session';
export { type FailedRow, type IsolatedRun, runIsolated, type ScoredSegment } from './session/isolated-run';

// Admitting a candidate: in a process of its own.
export { type AdmissionStep, type Candidate, type ProbeCounts } from './admission/candidate';
export { type GoldenRow, type GoldenRows, parseGoldenRows } from './admission/golden-rows';
export { type GraphFacts } from './admission/graph/model-scan';
export { type AdmissionOptions } from './inspection/inspection-limits';
export { type Admission, admitModel } from './inspection/model-admission';
export { answerInspection } from './inspection/inspection-child';
