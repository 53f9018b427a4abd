import { NearscoreError } from '@nearscore/errors';

export interface FieldIssue {
  /** Dotted path of the field, empty for the entry as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A stream, model or node name breaks the rule of names. */
export class InvalidNameError extends NearscoreError {
  constructor(what: string, rule: RegExp) {
    super('INVALID_NAME', `Invalid ${what} name: expected ${rule.source}`, { details: { what, rule: rule.source } });
  }
}

/** A stored entry is not what this version of the software reads; the issues name the fields. */
export class RegistryEntryError extends NearscoreError {
  constructor(map: string, key: string, issues: readonly FieldIssue[], cause?: unknown) {
    const fields = issues.map(({ path, message }) => `${path || 'entry'}: ${message}`).join('; ');
    super('REGISTRY_ENTRY_UNREADABLE', `Entry ${key} of ${map} cannot be read: ${fields}`, {
      details: { map, key, issues },
      cause,
    });
  }
}

/** A version is immutable: this one exists with another content. */
export class ModelVersionExistsError extends NearscoreError {
  constructor(model: string, version: number) {
    super('MODEL_VERSION_EXISTS', `Version ${version} of model ${model} exists with another content.`, {
      details: { model, version },
    });
  }
}

export class ModelVersionNotFoundError extends NearscoreError {
  constructor(model: string, version: number) {
    super('MODEL_VERSION_NOT_FOUND', `Model ${model} has no version ${version}.`, { details: { model, version } });
  }
}

/** A version was removed while it was deployed, and nothing that was live before is there to go back to: the stream stays on it. */
export class RemovedVersionLiveError extends NearscoreError {
  constructor(model: string, version: number, stream: string) {
    const problem = `it was removed while it was deployed, and stream ${stream} stays on it`;
    const advice = 'No version that was live before is there; deploy another one.';
    super('MODEL_VERSION_NOT_FOUND', `Model ${model} has no version ${version}: ${problem}. ${advice}`, {
      details: { model, version, stream },
    });
  }
}

/** A deployment or a rollout under way names the version; `details.uses` has each stream and what the version is to it. */
export class ModelVersionInUseError extends NearscoreError {
  constructor(model: string, version: number, uses: readonly { readonly stream: string; readonly role: string }[]) {
    const named = uses.map(({ stream, role }) => `${role} of stream ${stream}`).join(', ');
    super('MODEL_VERSION_IN_USE', `Version ${version} of model ${model} is in use: ${named}.`, {
      details: { model, version, uses: uses.map(({ stream, role }) => ({ stream, role })) },
    });
  }
}

/** The stored bytes of a version are incomplete or not those that were admitted. */
export class ModelBytesError extends NearscoreError {
  constructor(model: string, version: number, problem: string) {
    super('MODEL_BYTES_UNUSABLE', `The stored bytes of model ${model} version ${version} are unusable: ${problem}`, {
      retriable: true,
      details: { model, version },
    });
  }
}

/** Others changed the same deployment again and again meanwhile. */
export class DeploymentConflictError extends NearscoreError {
  constructor(stream: string, attempts: number) {
    super('DEPLOYMENT_CONFLICT', `The deployment of stream ${stream} kept changing (${attempts} attempts).`, {
      retriable: true,
      details: { stream, attempts },
    });
  }
}
