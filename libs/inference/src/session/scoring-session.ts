import { type InputRows, type ModelConfig, type ModelSignature, type OutputColumns } from '@nearscore/records';

/** A loaded model. Loading and running block the calling thread: use it on a lane, never on a main thread. */
export interface ScoringSession {
  readonly signature: ModelSignature;
  /**
   * Scores `count` rows from row `start` (default 0) on. The rows' memory is read in place and must not change until
   * the promise settles. ModelRunError.
   */
  run(inputs: readonly InputRows[], count: number, start?: number): Promise<OutputColumns>;
  /** Runs batches of these sizes on zeros, so that the first real batch meets warm code. A model that fails on zeros is warm too. */
  warmUp(config: ModelConfig, batchSizes: readonly number[]): Promise<void>;
  /** Gives the model's memory back. */
  release(): Promise<void>;
}

/** Loads a model into this thread. ModelLoadError. */
export async function createScoringSession(onnx: Uint8Array): Promise<ScoringSession> {
  // On first use: a process that only has candidates inspected keeps the native library out of its memory.
  const { loadOnnxSession } = await import('./onnx-session');
  return loadOnnxSession(onnx);
}
