import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let known: string | undefined;

/** The folder of the repository: the same from sources (tests) and from dist. */
export function projectRoot(): string {
  known ??= findRoot(__dirname);
  return known;
}

/** `projectPath('deploy', 'hazelcast.yaml')` */
export function projectPath(...parts: string[]): string {
  return join(projectRoot(), ...parts);
}

function findRoot(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest) && nameIn(manifest) === 'nearscore') return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`${__dirname} does not lie inside the nearscore repository`);
  return findRoot(parent);
}

function nameIn(manifest: string): unknown {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name;
}
