import { NearscoreError } from '@nearscore/errors';

export interface ConfigIssue {
  /** The environment variable. */
  readonly name: string;
  readonly message: string;
}

/** The environment does not describe a process that could start. Every fault at once, in `issues`. */
export class ConfigError extends NearscoreError {
  constructor(readonly issues: readonly ConfigIssue[]) {
    super('CONFIG_INVALID', issues.map((issue) => `${issue.name}: ${issue.message}`).join('\n'), {
      details: { issues },
    });
  }
}
