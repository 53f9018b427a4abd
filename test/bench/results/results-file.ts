import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@nearscore/local-cluster';
import { type Machine } from '../machine/machine';
import { type BenchRow } from './bench-row';

export interface BenchResults {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** ISO 8601 */
  readonly startedAt: string;
  /** Why the figures should not be trusted; empty when all is well. */
  readonly doubts: readonly string[];
  readonly rows: readonly BenchRow[];
}

export const RESULTS_FOLDER = 'bench-results';

/** Writes bench-results/latest.json and returns its path. */
export function writeResults(results: BenchResults): string {
  const folder = projectPath(RESULTS_FOLDER);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'latest.json');
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  return path;
}
