import { NearscoreError } from '@nearscore/errors';

export interface ModelConfigIssue {
  /** Where in model.json, for example `features[3].scale.std`; empty for the document itself. */
  readonly path: string;
  /** What was expected there. */
  readonly message: string;
}

/** model.json is not well-formed, or does not agree with its graph. `details.issues` holds every fault found. */
export class ModelConfigError extends NearscoreError {
  readonly issues: readonly ModelConfigIssue[];

  constructor(issues: readonly ModelConfigIssue[]) {
    const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super('MODEL_CONFIG_INVALID', `model.json: ${list.join('; ')}`, { details: { issues } });
    this.issues = issues;
  }
}

export interface RecordFormatIssue {
  /** The field's name, with an index for an array's element; empty for the record itself. */
  readonly field: string;
  /** What was expected there. Never the value that came. */
  readonly message: string;
}

/** A JSON record does not have its stream's declared fields. `details.issues` holds the first faults found, without values. */
export class RecordFormatError extends NearscoreError {
  readonly issues: readonly RecordFormatIssue[];

  constructor(issues: readonly RecordFormatIssue[]) {
    const list = issues.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
    super('RECORD_FORMAT_INVALID', `record: ${list.join('; ')}`, { details: { issues } });
    this.issues = issues;
  }
}
