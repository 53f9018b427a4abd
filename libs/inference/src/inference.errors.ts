import { NearscoreError } from '@nearscore/errors';

/** ONNX Runtime does not load these bytes, or what they declare cannot be scored here. */
export class ModelLoadError extends NearscoreError {
  constructor(reason: string, cause?: unknown) {
    super('MODEL_LOAD_FAILED', `The model cannot be loaded: ${reason}`, { details: { reason }, cause });
  }
}

/**
 * A run of the model threw. Neither message nor cause holds what ONNX Runtime said beyond the operator: it may quote
 * values of the record.
 */
export class ModelRunError extends NearscoreError {
  constructor(readonly operator: string | undefined) {
    super('MODEL_RUN_FAILED', `The model failed${operator ? ` in its ${operator}` : ''}.`, { details: { operator } });
  }
}

export type RefusalReason = 'load' | 'timeout' | 'memory' | 'crash';

/** The inspection of a candidate ended without a signature. */
export class ModelRefusedError extends NearscoreError {
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    super('MODEL_REFUSED', message, { details: { reason } });
  }
}
