import { ModelRefusedError, type RefusalReason } from '../../inference.errors';

const MAX_NAME_LENGTH = 64;

/** Where in a model the scan is, so that a refusal can say it. Steps are put into words only then. */
export class GraphTrail {
  private readonly steps: (() => string)[] = [];

  /** What throws leaves the trail where it is. */
  within(step: () => string, work: () => void): void {
    this.steps.push(step);
    work();
    this.steps.pop();
  }

  toString(): string {
    return this.steps.map((step) => step()).join('/');
  }

  refuse(reason: RefusalReason, problem: string, at: string = this.toString()): never {
    throw new ModelRefusedError(reason, `${at || 'The file'}: ${problem}.`, { at });
  }
}

/** A name out of the file, made harmless for messages: on one line, and not longer than needed to find it. */
export function quoted(name: string): string {
  const short = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name;
  return `'${short.replace(/[\p{C}\p{Z}]/gu, ' ')}'`;
}
