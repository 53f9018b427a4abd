import { ModelConfigError, type ModelConfigIssue } from '../records.errors';

/** Collects every fault of a model.json, so that its author sees all of them at once. */
export class ConfigIssues {
  private readonly found: ModelConfigIssue[] = [];

  add(path: string, message: string): void {
    this.found.push({ path, message });
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw new ModelConfigError(this.found);
  }
}

/** ['features', 3, 'scale'] → `features[3].scale` */
export function toFieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
