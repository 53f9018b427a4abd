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

/** Why a candidate is refused; docs/models.md tells each. */
export type RefusalReason =
  // before it is loaded, by looking at the file
  | 'checksum'
  | 'malformed'
  | 'opset'
  | 'domain'
  | 'external-data'
  | 'tensor'
  | 'shape'
  | 'constant'
  | 'nesting'
  | 'too-large'
  // in the disposable process
  | 'load'
  | 'timeout'
  | 'memory'
  | 'crash'
  // by what it answers
  | 'run'
  | 'output'
  | 'not-deterministic'
  | 'batch-dependent'
  | 'golden';

/** A candidate is not admitted. `details` tells where: `at` in the file, `row` of the probe or golden rows. */
export class ModelRefusedError extends NearscoreError {
  constructor(
    readonly reason: RefusalReason,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super('MODEL_REFUSED', message, { details: { reason, ...details } });
  }
}

/** golden.json is not as it should be; `details.issues` by path. */
export class GoldenRowsError extends NearscoreError {
  constructor(issues: readonly { readonly path: string; readonly message: string }[]) {
    const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super('GOLDEN_ROWS_INVALID', `golden.json: ${list.join('; ')}`, { details: { issues } });
  }
}
