import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { type Machine } from '../machine/machine';
import { type StartRow } from '../start/start-row';
import { type BenchRow, type IdleRow } from './bench-row';

export interface BenchResults {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601 */
  readonly startedAt: string;
  /** Why the figures should not be trusted; empty when all is well. */
  readonly doubts: readonly string[];
  readonly rows: readonly BenchRow[];
  readonly idle: readonly IdleRow[];
  readonly starts: readonly StartRow[];
}

/** Ignored by git. */
export const RESULTS_FOLDER = 'bench-results';

/** Writes a file of bench-results and returns its path. */
export function writeResultsFile(name: string, text: string): string {
  const folder = projectPath(RESULTS_FOLDER);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
