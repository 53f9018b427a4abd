export { ModelLoadError, ModelRefusedError, ModelRunError, type RefusalReason } from './inference.errors';

// Scoring: on lanes, because loading and running block the thread.
export { createScoringSession, type ScoringSession } from './session/scoring-session';
export { type FailedRow, type IsolatedRun, runIsolated, type ScoredSegment } from './session/isolated-run';

// Looking into a candidate: in a process of its own.
export { inspectModel, type InspectionOptions } from './inspection/model-inspection';
export { answerInspection } from './inspection/inspection-child';
